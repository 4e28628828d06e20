/** The documents that are made from the code. `npm run documents` writes them; a test fails where one in git differs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCliReference } from '@kiloclaw/cli/reference';
import { renderApiMarkdown } from '@kiloclaw/control-plane/api-reference';
import { renderConfiguration } from './configuration.ts';

export interface GeneratedDocument {
  /** From the repository's root. */
  readonly path: string;
  readonly render: () => string | Promise<string>;
}

export const DOCUMENTS: readonly GeneratedDocument[] = [
  { path: 'docs/api.md', render: () => renderApiMarkdown() },
  { path: 'docs/cli.md', render: renderCliReference },
  { path: 'docs/configuration.md', render: renderConfiguration },
];

/** Null where the file is what the code gives, else a sentence with the command that mends it. */
export async function differenceOf(
  { path, render }: GeneratedDocument,
  root: string,
): Promise<string | null> {
  const [wanted, found] = await Promise.all([render(), textOf(join(root, path))]);
  if (found === wanted) return null;
  return `${path} ${found === null ? 'is not there' : 'is not what the code gives'}: run "npm run documents".`;
}

/** Writes those that differ, and answers their paths. */
export async function writeDocuments(
  documents: readonly GeneratedDocument[],
  root: string,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const document of documents) {
    if ((await differenceOf(document, root)) === null) continue;
    await writeFile(join(root, document.path), await document.render());
    written.push(document.path);
  }
  return written;
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
