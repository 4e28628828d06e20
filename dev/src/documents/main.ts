/** What `npm run documents` runs. */
import { REPOSITORY_ROOT } from '../flags.ts';
import { DOCUMENTS, writeDocuments } from './documents.ts';

const written = await writeDocuments(DOCUMENTS, REPOSITORY_ROOT);
const lines = written.map((path) => `${path} is written.`);
process.stdout.write(
  `${lines.length === 0 ? 'All documents are as the code gives them.' : lines.join('\n')}\n`,
);
