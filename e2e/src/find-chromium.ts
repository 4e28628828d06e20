/** Which Chromium the tests drive: a given one, the one that npm installed, or the system's. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, dropOldEntries } from '@kiloclaw/dev/cache-folder';

const REPOSITORY_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NPM_PACKAGE = join(REPOSITORY_ROOT, 'node_modules/@sparticuz/chromium');
/** What the npm package holds is built for this. */
const PACKAGED_ARCHITECTURE = 'x64';
const UNPACKER = fileURLToPath(new URL('./unpack-chromium.ts', import.meta.url));
const UNPACK_TIMEOUT_MS = 120_000;
const VERSION_TIMEOUT_MS = 30_000;
const SYSTEM_CHROMIUM = '/usr/bin/chromium';

export interface ChromiumBinary {
  readonly executablePath: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Search {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it is unpacked if the checkout can't be written: a folder of the caller's. */
  readonly ownCache: string;
  readonly systemPath?: string;
  readonly architecture?: string;
}

/** Runs a command to its end; null if all went well, else what it said last. */
function complaintOf(command: string, args: string[], env: object, timeoutMs: number) {
  const options = { env: { PATH: process.env.PATH, ...env }, timeout: timeoutMs };
  return new Promise<string | null>((resolve) => {
    execFile(command, args, options, (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr.trim().split('\n').at(-1) || error.message);
    });
  });
}

/** Why it does not start; null if it does. */
const startFailure = ({ executablePath, env }: ChromiumBinary) =>
  complaintOf(executablePath, ['--version'], env, VERSION_TIMEOUT_MS);

const isThere = (path: string, mode: number) =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** Unpacks once per version; under its final name a folder is whole, whoever else unpacks at the same time. */
async function unpackedFolder(ownCache: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(NPM_PACKAGE, 'package.json'), 'utf8'));
  // Read, not written: a checkout of somebody else's may hold it already.
  const existing = join(REPOSITORY_ROOT, '.cache/chromium', version);
  if (await isThere(join(existing, 'chromium'), constants.X_OK)) return existing;
  const cache = await cacheFolder('chromium', ownCache);
  const folder = join(cache, version);
  if (await isThere(join(folder, 'chromium'), constants.X_OK)) return folder;
  await dropOldEntries(cache);
  const partial = join(cache, `${version}.partial-${randomUUID()}`);
  try {
    await mkdir(partial);
    const complaint = await complaintOf(process.execPath, [UNPACKER], { TMPDIR: partial }, UNPACK_TIMEOUT_MS);
    if (complaint !== null) throw new Error(`${NPM_PACKAGE} can't be unpacked: ${complaint}`);
    await rename(partial, folder).catch(async (error: unknown) => {
      if (!(await isThere(join(folder, 'chromium'), constants.X_OK))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** The npm package's Chromium, with its own libraries only where the system lacks them; or why it can't be used. */
async function packagedChromium({ ownCache, architecture = process.arch }: Search) {
  if (architecture !== PACKAGED_ARCHITECTURE)
    return `the one of npm is built for ${PACKAGED_ARCHITECTURE}, and this is ${architecture}`;
  const folder = await unpackedFolder(ownCache).catch((error: unknown) => error);
  if (typeof folder !== 'string') return folder instanceof Error ? folder.message : 'unknown error';
  const executablePath = join(folder, 'chromium');
  const fonts = { FONTCONFIG_PATH: join(folder, 'fonts') };
  const binary = { executablePath, env: fonts };
  if ((await startFailure(binary)) === null) return binary;
  const withLibraries = { executablePath, env: { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023/lib') } };
  const failure = await startFailure(withLibraries);
  return failure === null ? withLibraries : `the one of npm does not start: ${failure}`;
}

/** Finds a Chromium that starts. Throws a sentence that says what was tried and what to do. */
export async function findChromium(search: Search): Promise<ChromiumBinary> {
  const given = search.env.CHROMIUM_PATH;
  if (given !== undefined && given !== '') {
    const binary = { executablePath: given, env: {} };
    const failure = await startFailure(binary);
    if (failure === null) return binary;
    throw new Error(
      `CHROMIUM_PATH names ${given}, which does not start (${failure}): correct it, or unset it.`,
    );
  }
  const packaged = await packagedChromium(search);
  if (typeof packaged !== 'string') return packaged;
  const system = { executablePath: search.systemPath ?? SYSTEM_CHROMIUM, env: {} };
  const failure = await startFailure(system);
  if (failure === null) return system;
  throw new Error(
    `No Chromium for the browser tests: ${packaged}; ${system.executablePath} does not start either (${failure}). Install one ("apt-get install chromium"), or name one in CHROMIUM_PATH.`,
  );
}
