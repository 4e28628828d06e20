import { expect, it } from 'vitest';
import { COMMANDS } from './commands/command-list.ts';
import { EXIT } from './exit-codes.ts';
import { renderCliReference } from './reference.ts';

it('tells of every command with its options and examples, and of every exit code', () => {
  const text = renderCliReference();
  const sections = [...text.matchAll(/^## kiloclaw (\S+)$/gm)].map(([, name]) => name);
  expect(sections.length).toBeGreaterThanOrEqual(COMMANDS.length);
  for (const command of [
    'instances provision',
    'override set',
    'volume extend',
    'ops retry',
    'person delete',
  ])
    expect(text).toContain(`## kiloclaw ${command}\n`);
  expect(text).toContain('kiloclaw override set alice-box --preset perf-4-16');
  for (const code of Object.values(EXIT)) expect(text).toContain(`| ${code} | `);
});

it('is the same in whatever terminal it is made', () => {
  const { columns } = process.stdout;
  process.stdout.columns = 40;
  const narrow = renderCliReference();
  process.stdout.columns = columns;
  expect(narrow).toBe(renderCliReference());
  expect(narrow).not.toContain('\u001b');
});
