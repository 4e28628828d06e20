/** Every Markdown document of the repository. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../../flags.ts';
import type { Document } from './broken-links.ts';

const PLACES = [
  '*.md',
  'docs/**/*.md',
  '{apps,deploy,dev,observability,packages,services,simulators}/**/*.md',
];

export async function ourDocuments(): Promise<Document[]> {
  const paths: string[] = [];
  const found = glob(PLACES, { cwd: REPOSITORY_ROOT, exclude: (path) => path.includes('node_modules') });
  for await (const path of found) paths.push(path);
  const read = async (path: string) => ({ path, text: await readFile(join(REPOSITORY_ROOT, path), 'utf8') });
  return Promise.all(paths.toSorted().map(read));
}
