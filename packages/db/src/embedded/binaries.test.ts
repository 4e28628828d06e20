import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { installedPackageRoot, locateBinaries } from './binaries.ts';
import { firstIdentity, isRoot } from './run-as.ts';

const TEST_TIMEOUT_MS = 60_000;
const SymlinksSchema = z.array(z.object({ target: z.string() }));

let scratch: string;
let packageRoot: string;
let copyRoot: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-binaries-'));
  await chmod(scratch, 0o755);
  packageRoot = join(scratch, 'a checkout/package');
  copyRoot = join(scratch, 'copies');
  await cp(installedPackageRoot(), packageRoot, { recursive: true, verbatimSymlinks: true });
}, TEST_TIMEOUT_MS);
afterEach(() => rm(scratch, { recursive: true, force: true }), TEST_TIMEOUT_MS);

const runs = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' });

describe('locateBinaries', { timeout: TEST_TIMEOUT_MS }, () => {
  test('uses the installed ones where they can be run, also on a path with a space', async () => {
    const found = await locateBinaries(firstIdentity(), copyRoot, packageRoot);
    expect(found).toMatchObject({ postgres: join(packageRoot, 'native/bin/postgres'), majorVersion: '18' });
  });

  test('makes the symlinks that a skipped install script left out', async () => {
    const list = await readFile(join(packageRoot, 'native/pg-symlinks.json'), 'utf8');
    for (const { target } of SymlinksSchema.parse(JSON.parse(list)))
      await rm(join(packageRoot, target), { force: true });
    expect(() => runs(join(packageRoot, 'native/bin/postgres'))).toThrow();
    const found = await locateBinaries(firstIdentity(), copyRoot, packageRoot);
    expect(found.postgres.startsWith(packageRoot)).toBe(true);
    expect(runs(found.postgres)).toContain('PostgreSQL');
  });

  test('copies them, once, from a path that breaks the quoting of initdb', async () => {
    const odd = join(scratch, 'odd$path');
    await cp(packageRoot, odd, { recursive: true, verbatimSymlinks: true });
    const [first, second] = await Promise.all([
      locateBinaries(firstIdentity(), copyRoot, odd),
      locateBinaries(firstIdentity(), copyRoot, odd),
    ]);
    expect(first).toEqual(second);
    expect(runs(first.postgres)).toContain('PostgreSQL');
    const copies = await readdir(copyRoot);
    expect(copies).toHaveLength(1);
    expect(copies[0]).toMatch(/^postgres-18\.[\w.-]+$/);
  });

  test.skipIf(!isRoot())('copies them out of a folder that the unprivileged user cannot pass', async () => {
    await chmod(join(scratch, 'a checkout'), 0o700);
    const found = await locateBinaries(firstIdentity(), copyRoot, packageRoot);
    expect(found.postgres.startsWith(copyRoot)).toBe(true);
  });

  test.skipIf(!isRoot())('says where it tried when no place can be reached', async () => {
    await chmod(join(scratch, 'a checkout'), 0o700);
    await mkdir(copyRoot, { mode: 0o700 });
    await expect(locateBinaries(firstIdentity(), copyRoot, packageRoot)).rejects.toThrow(
      /User id 65534 can run Postgres neither in .* nor in .*: make one of them reachable for it, or set DATABASE_URL/,
    );
  });
});
