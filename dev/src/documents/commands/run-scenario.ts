/** The documents of a scenario, followed on a fresh clone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../../flags.ts';
import { makeFreshClone } from './fresh-clone.ts';
import { type Block, readBlocks } from './read-document.ts';
import { runBlocks } from './run-documents.ts';
import type { Scenario } from './scenarios.ts';

interface ScenarioRun {
  /** As hard links from this checkout; else the documents' own commands fetch and install everything. */
  readonly withModules: boolean;
  /** Hears what is typed and what is shown, as it comes. */
  readonly onText: (text: string) => void;
}

async function readBlocksOf(folder: string, documents: readonly string[]): Promise<Block[]> {
  const read = async (document: string) =>
    readBlocks(document, await readFile(join(folder, document), 'utf8'));
  return (await Promise.all(documents.map(read))).flat();
}

/** Leaves nothing behind. Throws `DocumentError` at the first command that does not do what its document says. */
export async function runScenario(
  { documents, brought }: Scenario,
  { withModules, onText }: ScenarioRun,
): Promise<void> {
  const clone = await makeFreshClone(REPOSITORY_ROOT, { withModules });
  try {
    const blocks = await readBlocksOf(clone.workingFolder, documents);
    await runBlocks(blocks, { ...clone, env: { ...clone.env, ...brought }, onText });
  } finally {
    await clone.remove();
  }
}
