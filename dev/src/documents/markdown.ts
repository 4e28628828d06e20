/** What our own tools read of a Markdown document: its headings, fenced blocks and links. */
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

export interface Heading {
  readonly kind: 'heading';
  /** What an address names it by: `not-built-yet`. */
  readonly anchor: string;
}

export interface FencedBlock {
  readonly kind: 'block';
  readonly language: string | null;
  /** What stands behind the language. */
  readonly info: string;
  readonly text: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
}

/** A link or a picture. */
export interface Link {
  readonly kind: 'link';
  readonly target: string;
  readonly line: number;
}

/** Headings, fenced blocks, links and pictures in their order. */
export function readMarkdown(text: string): (Heading | FencedBlock | Link)[] {
  const slugger = new GithubSlugger();
  const parts: (Heading | FencedBlock | Link)[] = [];
  visit(fromMarkdown(text), (node) => {
    const line = node.position?.start.line ?? 1;
    if (node.type === 'heading') parts.push({ kind: 'heading', anchor: slugger.slug(textOf(node)) });
    // The fence itself stands on the line before the text.
    else if (node.type === 'code')
      parts.push({
        kind: 'block',
        language: node.lang ?? null,
        info: node.meta ?? '',
        text: node.value,
        line: line + 1,
      });
    else if (node.type === 'link' || node.type === 'image' || node.type === 'definition')
      parts.push({ kind: 'link', target: node.url, line });
  });
  return parts;
}
