import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBlocks } from './read-document.ts';
import { runBlocks } from './run-documents.ts';

const STAYS = `trap 'echo bye; exit 0' INT; echo ready; while true; do sleep 0.05; done`;

let folder: string;
let shown: string;

beforeEach(async () => {
  shown = '';
  folder = await mkdtemp(join(tmpdir(), 'kiloclaw-run-documents-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A document of these fences, run in the folder. */
function follow(...fences: [info: string, ...lines: string[]][]): Promise<void> {
  const text = fences.map(([info, ...lines]) => [`\`\`\`${info}`, ...lines, '```', ''].join('\n')).join('\n');
  return runBlocks(readBlocks('guide.md', text), {
    workingFolder: folder,
    scriptFolder: folder,
    env: { PATH: process.env.PATH ?? '', GREETING: 'hello' },
    onText: (part) => {
      shown += part;
    },
  });
}

describe('runBlocks', () => {
  test('all blocks share a shell: its folder, variables and functions last', async () => {
    await follow(
      ['sh', 'mkdir inner && cd inner', 'NAME=alice; greet() { echo "$GREETING $NAME"; }'],
      ['sh', 'greet > said', 'cat said'],
      ['text', 'hello alice'],
    );
    expect(existsSync(join(folder, 'inner', 'said'))).toBe(true);
    expect(shown).toContain('hello alice');
  });

  test('ends at the first command that fails, with its line, exit code and what was shown', async () => {
    const run = follow(
      ['sh', 'true'],
      ['sh', 'echo before', '(exit 7)', 'touch after'],
      ['sh', 'touch later'],
    );
    await expect(run).rejects.toThrow(/^guide\.md:7: failed with exit code 7\. Shown was:\nbefore$/);
    expect(existsSync(join(folder, 'after')) || existsSync(join(folder, 'later'))).toBe(false);
  });

  test('a failure inside a pipe and a variable that nobody has set are failures', async () => {
    await expect(follow(['sh', 'false | cat'])).rejects.toThrow('guide.md:2: failed');
    await expect(follow(['sh', 'echo "$NOBODY_HAS_SET"'])).rejects.toThrow('unbound variable');
  });

  test('what is not shown is a failure that names the line', async () => {
    const run = follow(['sh', 'echo one; echo two >&2'], ['text', 'one', 'two', 'three']);
    await expect(run).rejects.toThrow(/guide\.md:2: does not show 'three'\. Shown was:\none\ntwo/);
  });

  test('commands in no named terminal are waited for, whatever they have shown before', async () => {
    await expect(follow(['sh', 'echo one; sleep 0.3', 'false'], ['text', 'one'])).rejects.toThrow(
      'guide.md:3',
    );
  });

  test('commands that read their input get none, and not the next commands', async () => {
    await follow(['sh', 'cat', 'echo after'], ['text', 'after']);
  });

  test('goes on beside a command that stays in front once it shows what it should; Ctrl-C ends it', async () => {
    await follow(
      ['sh terminal="1"', `bash -c "${STAYS}"; touch ended`],
      ['text', 'ready'],
      ['sh', 'test ! -e ended'],
      ['keys terminal="1"', 'Ctrl-C'],
      ['text', 'bye'],
      ['sh', 'test -e ended'],
      ['sh terminal="1"', 'echo again'],
      ['text', 'again'],
    );
  });

  test('what still stays in front at the end, or at a failure, is ended by Ctrl-C', async () => {
    await follow(['sh terminal="1"', `bash -c "${STAYS}"`], ['text', 'ready']);
    expect(shown).toMatch(/bye\n$/);
    shown = '';
    const run = follow(['sh terminal="1"', `bash -c "${STAYS}"`], ['text', 'ready'], ['sh', 'false']);
    await expect(run).rejects.toThrow('guide.md:10: failed with exit code 1');
    expect(shown).toMatch(/bye\n$/);
  });

  test('a command in front that ends instead of getting ready is a failure', async () => {
    const run = follow(['sh terminal="1"', 'echo no; exit 3'], ['text', 'ready']);
    await expect(run).rejects.toThrow('failed with exit code 3');
  });

  test('Ctrl-C where nothing runs, and commands where something still runs, are mistakes of the document', async () => {
    await expect(follow(['keys terminal="1"', 'Ctrl-C'])).rejects.toThrow('nothing runs in this terminal');
    const twice = follow(
      ['sh terminal="1"', `bash -c "${STAYS}"`],
      ['text', 'ready'],
      ['sh terminal="1"', 'echo next'],
    );
    await expect(twice).rejects.toThrow('guide.md:10: something still runs in this terminal');
  });

  test('a skipped block is told with its reason', async () => {
    await follow(['sh skip="needs a Cloudflare account"', 'touch deployed']);
    expect(shown).toContain('guide.md:2 not run: needs a Cloudflare account');
    expect(existsSync(join(folder, 'deployed'))).toBe(false);
  });
});
