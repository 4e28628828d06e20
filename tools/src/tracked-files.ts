/** The text files that belong to the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const GIT_TIMEOUT_MS = 30_000;
const MAX_LISTING_BYTES = 32 * 1024 * 1024;
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

/** A file that git knows, or would with the next `git add`. `path` is relative to the repository's root. */
export interface TrackedFile {
  path: string;
  text: string;
}

/** Reads them all; binary and very large files are left out. Files that git has and the folder hasn't, too. */
export function readTrackedFiles(root: string): TrackedFile[] {
  // The folder may belong to another user, which git refuses unless it is told that the folder is safe.
  const listing = execFileSync(
    'git',
    ['-c', `safe.directory=${root}`, 'ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    { cwd: root, encoding: 'utf8', timeout: GIT_TIMEOUT_MS, maxBuffer: MAX_LISTING_BYTES },
  );
  return listing.split('\0').flatMap((path) => {
    const file = join(root, path);
    if (path === '' || !existsSync(file)) return [];
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > MAX_TEXT_BYTES) return [];
    const text = readFileSync(file, 'utf8');
    return text.includes('\0') ? [] : [{ path, text }];
  });
}
