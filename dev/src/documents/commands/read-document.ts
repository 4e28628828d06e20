/** What of a document is run: its fenced blocks of commands, of keys, and of what is then seen. */
import { type FencedBlock, readMarkdown } from '../markdown.ts';

const COMMANDS = 'sh';
const KEYS = 'keys';
const OUTPUT = 'text';
const CTRL_C = 'Ctrl-C';
/** The terminal of blocks that name none. */
const USUAL_TERMINAL = 'main';

const ATTRIBUTE = /^(skip|terminal)="([^"]+)"(?:\s+|$)/;

interface Place {
  /** As a reader would name it: `docs/console.md`. */
  readonly document: string;
  /** Of the block's first line, from 1. */
  readonly line: number;
}

/** Commands for a terminal, and what its reader sees then, if the document shows it. */
export interface CommandBlock extends Place {
  readonly kind: 'commands';
  readonly terminal: string;
  readonly script: string;
  readonly expected: readonly string[] | null;
  /** Whether the document names the terminal: then its commands may stay in front until Ctrl-C. */
  readonly mayStay: boolean;
}

/** Ctrl-C, pressed in a terminal where commands stay in front. */
export interface KeyBlock extends Place {
  readonly kind: 'ctrl-c';
  readonly terminal: string;
  readonly expected: readonly string[] | null;
}

/** Commands that nobody runs here, and why. */
export interface SkippedBlock extends Place {
  readonly kind: 'skipped';
  readonly reason: string;
}

export type Block = CommandBlock | KeyBlock | SkippedBlock;

/** A document that can't be run as it is written: names the place and the way out. */
export class DocumentError extends Error {
  constructor({ document, line }: Place, message: string) {
    super(`${document}:${line}: ${message}`);
    this.name = 'DocumentError';
  }
}

function readAttributes(place: Place, info: string): { skip?: string; terminal?: string } {
  const attributes: { skip?: string; terminal?: string } = {};
  let rest = info;
  while (rest !== '') {
    const [whole, name, value] = ATTRIBUTE.exec(rest) ?? [];
    if (whole === undefined || (name !== 'skip' && name !== 'terminal')) {
      throw new DocumentError(place, `'${rest}' is no mark of a block: write terminal="…" or skip="why".`);
    }
    attributes[name] = value ?? '';
    rest = rest.slice(whole.length);
  }
  return attributes;
}

function readBlock(place: Place, block: FencedBlock, expected: readonly string[] | null): Block {
  const { skip, terminal } = readAttributes(place, block.info);
  if (skip !== undefined) return { ...place, kind: 'skipped', reason: skip };
  if (block.language === COMMANDS) {
    return {
      ...place,
      kind: 'commands',
      terminal: terminal ?? USUAL_TERMINAL,
      script: block.text,
      expected,
      mayStay: terminal !== undefined,
    };
  }
  if (block.text !== CTRL_C) {
    throw new DocumentError(place, `'${block.text}' can't be pressed here: ${CTRL_C} alone.`);
  }
  if (terminal === undefined) {
    throw new DocumentError(place, 'a block of keys says in which terminal they are pressed: terminal="…".');
  }
  return { ...place, kind: 'ctrl-c', terminal, expected };
}

/**
 * The blocks of a document (`document` as it is named in messages) in their order. `sh` is run; `keys` are pressed; a
 * `text` that follows either, before any other block or heading, is what its reader sees. Throws `DocumentError`.
 */
export function readBlocks(document: string, text: string): Block[] {
  const outline = readMarkdown(text).filter(({ kind }) => kind !== 'link');
  return outline.flatMap((part, index) => {
    if (part.kind !== 'block' || (part.language !== COMMANDS && part.language !== KEYS)) return [];
    const next = outline[index + 1];
    const isOutput = next?.kind === 'block' && next.language === OUTPUT;
    const expected = isOutput ? next.text.split('\n') : null;
    return [readBlock({ document, line: part.line }, part, expected)];
  });
}
