import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLogFile } from './log-file.ts';

it('goes on where it ended, for its owner alone, and begins anew once it has grown large', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'x.log');
  for (const line of ['first', 'second']) {
    const log = await openLogFile(path);
    log.write(line);
    await log.close();
  }
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);

  await writeFile(path, 'old');
  await truncate(path, 20_000_001);
  const log = await openLogFile(path);
  log.write('third');
  await log.close();
  expect(await readFile(path, 'utf8')).toBe('third\n');
  expect((await stat(`${path}.1`)).size).toBe(20_000_001);
});
