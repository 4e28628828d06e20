/** Installs the locked dependencies when they are not there. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { withInstallLock } from './install-lock.mjs';
import { forgetInstalled, isInstalled, recordInstalled } from './install-state.mjs';
import { pathWithoutBinaries } from './paths.mjs';
import { exitCodeOf, forwardSignals } from './signals.mjs';

const INSTALL_TIMEOUT_MS = 15 * 60_000;
const KEPT_OUTPUT_CHARACTERS = 16_000;

/**
 * The include flags stand here because NODE_ENV=production would leave the development dependencies out, the log
 * level because under `npm run --silent` a failure would say nothing.
 */
const INSTALL_ARGS = [
  'ci',
  '--strict-allow-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** Settings of the npm that called us which would make the inner npm install only a part, or elsewhere. */
const OUTER_NPM_SETTINGS = /^npm_config_(workspaces?|global|location|dry_run|package_lock_only)$/i;

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installed as root and then used as a person, npm's cache has parts that this person can't write. */
function isUsableCache(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return false;
  }
  const parts = ['', '_cacache', '_cacache/tmp', '_cacache/content-v2', '_cacache/index-v5', '_logs'];
  return parts.map((part) => join(folder, part)).every((path) => !existsSync(path) || isWritable(path));
}

/** The home folder, or undefined for a user id that the system doesn't know and that brings no HOME. */
function homeFolder() {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function npmEnvironment(root) {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OUTER_NPM_SETTINGS.test(name)),
  );
  environment.PATH = pathWithoutBinaries();
  // npm itself stops without a home folder.
  environment.HOME = homeFolder() ?? join(root, '.cache');
  const cache = environment.npm_config_cache ?? join(environment.HOME, '.npm');
  if (!isUsableCache(cache)) environment.npm_config_cache = join(root, '.cache', 'npm');
  return environment;
}

/** The npm that called us if one did, else the one on PATH; on the Node it came with, not on ours. */
function npmCommand() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const isNpm = cli?.endsWith('npm-cli.js') && existsSync(cli);
  const isOutside = node !== undefined && !node.includes('node_modules') && existsSync(node);
  return isNpm && isOutside ? [node, cli, ...INSTALL_ARGS] : ['npm', ...INSTALL_ARGS];
}

function runNpm(root, onStarted) {
  return new Promise((resolve, reject) => {
    const [command, ...args] = npmCommand();
    const npm = spawn(command, args, {
      cwd: root,
      env: npmEnvironment(root),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stopForwarding = forwardSignals(npm);
    const timer = setTimeout(() => npm.kill('SIGTERM'), INSTALL_TIMEOUT_MS);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
    };
    npm.stdout.setEncoding('utf8').on('data', keep);
    npm.stderr.setEncoding('utf8').on('data', keep);
    const settle = (finish) => {
      clearTimeout(timer);
      stopForwarding();
      finish();
    };
    npm.on('error', (error) => settle(() => reject(new Error(`npm could not be started: ${error.message}`))));
    npm.on('close', (code, signal) => settle(() => resolve({ exitCode: exitCodeOf(code, signal), output })));
    if (npm.pid !== undefined) onStarted(npm.pid);
  });
}

function refuseUnwritableFolder(root) {
  const modules = join(root, 'node_modules');
  const target = existsSync(modules) ? modules : root;
  if (isWritable(root) && isWritable(target)) return;
  throw new Error(
    `Dependencies must be installed, but this user can't write to ${isWritable(root) ? target : root}: run once as its owner, or use a clone of your own.`,
  );
}

/** Leaves node_modules as package-lock.json says: at once if it is, else by one `npm ci`. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  refuseUnwritableFolder(root);
  await withInstallLock(root, async (addHolder) => {
    if (isInstalled(root)) return;
    process.stderr.write('Installing dependencies; this takes about a minute.\n');
    forgetInstalled(root);
    const { exitCode, output } = await runNpm(root, addHolder);
    if (exitCode !== 0) {
      process.stderr.write(`${output.trimEnd()}\n`);
      throw new Error(
        `Installing the dependencies failed: npm ci ended with ${exitCode}, its last output is above.`,
      );
    }
    recordInstalled(root);
  });
}
