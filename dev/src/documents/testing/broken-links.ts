/** Links of our documents that lead nowhere in the repository. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readMarkdown } from '../markdown.ts';

/** `path` from the repository's root. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

export interface BrokenLink {
  readonly document: string;
  readonly line: number;
  readonly target: string;
}

const ELSEWHERE = /^[a-z][a-z+.-]*:/;

/** Every link and picture among the documents whose file, or whose heading, isn't there. `root` holds the files. */
export function brokenLinks(root: string, documents: readonly Document[]): BrokenLink[] {
  const parts = new Map(documents.map(({ path, text }) => [path, readMarkdown(text)]));
  const hasAnchor = (path: string, anchor: string) =>
    parts.get(path)?.some((part) => part.kind === 'heading' && part.anchor === anchor) ?? false;
  const leadsSomewhere = (from: string, target: string): boolean => {
    if (ELSEWHERE.test(target)) return true;
    const [file = '', anchor] = decodeURI(target).split('#');
    const path = file === '' ? from : normalize(join(dirname(from), file));
    const isThere = parts.has(path) || existsSync(join(root, path));
    return isThere && (anchor === undefined || hasAnchor(path, anchor));
  };
  return [...parts].flatMap(([document, found]) =>
    found.flatMap((part) =>
      part.kind === 'link' && !leadsSomewhere(document, part.target)
        ? [{ document, line: part.line, target: part.target }]
        : [],
    ),
  );
}
