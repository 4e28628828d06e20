import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dropOldEntries } from './cache-folder.ts';

it('drops files and folders of more than a week ago, and keeps the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000);
  await mkdir(join(folder, 'half-made'));
  await writeFile(join(folder, 'half-made', 'x'), '');
  for (const name of ['old.js', 'new.js']) await writeFile(join(folder, name), '');
  for (const name of ['old.js', 'half-made']) await utimes(join(folder, name), daysAgo(8), daysAgo(8));
  await utimes(join(folder, 'new.js'), daysAgo(6), daysAgo(6));
  await dropOldEntries(folder);
  expect(await readdir(folder)).toEqual(['new.js']);
});
