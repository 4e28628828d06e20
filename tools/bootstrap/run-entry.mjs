/** Runs a .ts entry on the pinned Node. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { pathWithBinaries } from './paths.mjs';
import { exitCodeOf, forwardSignals } from './signals.mjs';

const VERSION_TIMEOUT_MS = 10_000;

/** The oldest Node that runs .ts files without a flag. */
const OLDEST_WITH_TYPES = [22, 18];

function runsTypeScript(nodePath) {
  const { status, stdout } = spawnSync(nodePath, ['--version'], {
    encoding: 'utf8',
    timeout: VERSION_TIMEOUT_MS,
  });
  if (status !== 0) return false;
  const [major, minor] = stdout.trim().slice(1).split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_WITH_TYPES;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** The pinned Node where the platform has one, else the system's if it is new enough. */
function chooseNode(root) {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  const nodePath = [pinned, process.execPath].find(runsTypeScript);
  if (nodePath === undefined) {
    throw new Error(
      `No pinned Node for ${process.platform} ${process.arch}: install Node ${OLDEST_WITH_TYPES.join('.')} or newer (this is ${process.versions.node}).`,
    );
  }
  return nodePath;
}

/** Runs the entry (relative to the root) to its end and resolves to its exit code. */
export function runEntry(root, entry, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(chooseNode(root), [join(root, entry), ...args], {
      cwd: root,
      env: { ...process.env, PATH: pathWithBinaries(root) },
      stdio: 'inherit',
    });
    const stopForwarding = forwardSignals(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve(exitCodeOf(code, signal));
    });
  });
}
