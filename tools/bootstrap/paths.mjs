/** Where things lie, and the PATH with and without our own binaries. */
import { delimiter, dirname, join, normalize } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const BINARIES = join('node_modules', '.bin');

/** PATH with our binaries first, so that tools with a `node` shebang get the pinned Node too. */
export function pathWithBinaries(folder) {
  return [join(folder, BINARIES), process.env.PATH ?? ''].join(delimiter);
}

/** PATH without any `node_modules/.bin`: npm must not run on a Node that it is about to delete. */
export function pathWithoutBinaries() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(
      (entry) =>
        !normalize(entry)
          .replace(/[\\/]+$/, '')
          .endsWith(BINARIES),
    )
    .join(delimiter);
}
