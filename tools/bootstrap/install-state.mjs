/** Whether node_modules was installed from the package-lock.json that lies beside it. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const stampFile = (root) => join(root, 'node_modules', '.installed-from');

/** A checkout may be shared by machines of several kinds; their binaries differ, so the platform is part of it. */
function lockfileStamp(root) {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lockfile).digest('hex')} ${process.platform} ${process.arch}\n`;
}

function readIfPresent(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** npm's own record of what it installed, against the lockfile: for trees that `npm ci` was run on by hand. */
function npmRecordAgrees(root) {
  const record = readIfPresent(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  const { '': _root, ...wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(record).packages;
  const isSame = (path) =>
    installed[path].version === wanted[path]?.version &&
    installed[path].integrity === wanted[path]?.integrity;
  return (
    Object.keys(installed).every(isSame) &&
    Object.entries(wanted).every(
      ([path, entry]) => path in installed || entry.optional === true || entry.devOptional === true,
    )
  );
}

/** True when nothing needs to be installed. Never touches the network. */
export function isInstalled(root) {
  const stamp = readIfPresent(stampFile(root));
  return stamp === undefined ? npmRecordAgrees(root) : stamp === lockfileStamp(root);
}

/** To be called before an install: if it is killed half-way, nothing may claim that it is complete. */
export function forgetInstalled(root) {
  rmSync(stampFile(root), { force: true });
  rmSync(join(root, 'node_modules', '.package-lock.json'), { force: true });
}

/** To be called after a complete install. */
export function recordInstalled(root) {
  writeFileSync(stampFile(root), lockfileStamp(root));
}
