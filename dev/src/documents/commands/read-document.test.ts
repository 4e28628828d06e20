import { describe, expect, test } from 'vitest';
import { readBlocks } from './read-document.ts';

const fence = (info: string, ...lines: string[]) => [`\`\`\`${info}`, ...lines, '```', ''].join('\n');

describe('readBlocks', () => {
  test('takes sh blocks in their order, with the line of their first command, also out of lists and details', () => {
    const text = [
      '# Title\n',
      fence('sh', 'echo one', 'echo two'),
      fence('ts', 'const other = 1;'),
      '- item\n\n  ```sh\n  echo three\n  ```\n',
      '<details>\n\n```sh\necho four\n```\n\n</details>\n',
    ].join('\n');
    expect(readBlocks('docs/a.md', text)).toMatchObject([
      { kind: 'commands', document: 'docs/a.md', line: 4, script: 'echo one\necho two', terminal: 'main' },
      { kind: 'commands', line: 15, script: 'echo three' },
      { kind: 'commands', script: 'echo four' },
    ]);
  });

  test('a text block is what the commands before it show, with words between, but not past a heading or another block', () => {
    const shown = fence('text', 'one', '…');
    expect(readBlocks('a', `${fence('sh', 'a')}\nYou see:\n\n${shown}`)).toMatchObject([
      { expected: ['one', '…'] },
    ]);
    expect(readBlocks('a', `${fence('sh', 'a')}\n## Another\n\n${shown}`)).toMatchObject([
      { expected: null },
    ]);
    expect(readBlocks('a', `${fence('sh', 'a')}\n${fence('json', '{}')}\n${shown}`)).toMatchObject([
      { expected: null },
    ]);
  });

  test('only commands in a named terminal may stay in front', () => {
    expect(readBlocks('a', fence('sh terminal="1"', 'npm start'))).toMatchObject([
      { terminal: '1', mayStay: true },
    ]);
    expect(readBlocks('a', fence('sh', 'npm start'))).toMatchObject([{ terminal: 'main', mayStay: false }]);
  });

  test('a skipped block has its reason, and nothing of it is run', () => {
    expect(readBlocks('a', fence('sh skip="needs a Cloudflare account"', 'wrangler deploy'))).toEqual([
      { kind: 'skipped', document: 'a', line: 2, reason: 'needs a Cloudflare account' },
    ]);
  });

  test('keys are pressed in the terminal that they name', () => {
    expect(readBlocks('a', fence('keys terminal="1"', 'Ctrl-C'))).toMatchObject([
      { kind: 'ctrl-c', terminal: '1', expected: null },
    ]);
  });

  test.each([
    [fence('sh terminal=1', 'a'), "a:2: 'terminal=1' is no mark of a block"],
    [fence('sh skip', 'a'), "'skip' is no mark"],
    [fence('sh skip=""', 'a'), 'is no mark'],
    [fence('sh later="x"', 'a'), 'is no mark'],
    [fence('keys terminal="1"', 'Ctrl-D'), "'Ctrl-D' can't be pressed here"],
    [fence('keys', 'Ctrl-C'), 'in which terminal'],
  ])('refuses what it does not understand: %j', (text, message) => {
    expect(() => readBlocks('a', text)).toThrow(message);
  });
});
