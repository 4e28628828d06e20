/** What `npm run documents:run [-- --installed] [scenario ...]` runs: the documents' commands, on a fresh clone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../../flags.ts';
import { makeFreshClone } from './fresh-clone.ts';
import { type Block, readBlocks } from './read-document.ts';
import { runBlocks } from './run-documents.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const say = (text: string) => void process.stdout.write(text);

function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(', ');
    throw new Error(`No documents are run under the name ${unknown.join(', ')}: there are ${known}.`);
  }
  return names.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => names.includes(name));
}

async function readBlocksOf(folder: string, documents: readonly string[]): Promise<Block[]> {
  const read = async (document: string) =>
    readBlocks(document, await readFile(join(folder, document), 'utf8'));
  return (await Promise.all(documents.map(read))).flat();
}

async function runScenario({ documents }: Scenario, withModules: boolean): Promise<void> {
  const clone = await makeFreshClone(REPOSITORY_ROOT, { withModules });
  try {
    const blocks = await readBlocksOf(clone.workingFolder, documents);
    await runBlocks(blocks, { ...clone, onText: say });
  } finally {
    await clone.remove();
  }
}

try {
  const { values, positionals } = parseArgs({
    options: { installed: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  for (const scenario of chooseScenarios(positionals)) {
    await runScenario(scenario, values.installed);
    say(`\n${scenario.name}: every command has done what its document says.\n`);
  }
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exitCode = 1;
}
