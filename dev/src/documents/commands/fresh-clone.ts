/** A folder as `git clone` leaves it, and the environment of somebody who has nothing but that. */
import { execFile } from 'node:child_process';
import { chmod, cp, glob, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { removeEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { freePorts } from './free-ports.ts';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 2 * 60_000;
const LISTING_BYTES_MAX = 32 * 1024 * 1024;
/** How this machine gets to the network: a bare one has these, too. */
const WAY_OUT = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];
/** Where npm puts packages: at the root, and in a workspace what the root has in another version. */
const MODULES = ['node_modules', '*/node_modules', '*/*/node_modules'];
/** Nothing answers there: what documents make in a container engine would outlive the clone. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

export interface FreshClone {
  /** The clone. */
  readonly workingFolder: string;
  readonly scriptFolder: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** What git has or would have with the next `git add`: what a clone of the next commit would hold. */
async function trackedFiles(repository: string): Promise<string[]> {
  const args = [
    '-c',
    `safe.directory=${repository}`,
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '-z',
  ];
  const { stdout } = await run('git', args, {
    cwd: repository,
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: LISTING_BYTES_MAX,
  });
  return stdout.split('\0').filter((path) => path !== '');
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function copyFiles(from: string, to: string): Promise<void> {
  for (const path of await trackedFiles(from)) {
    if (!(await exists(join(from, path)))) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path));
  }
}

/** As hard links, since packages are large and nobody writes to them; as a copy where that is another file system. */
async function bringModules(from: string, to: string): Promise<void> {
  for await (const path of glob(MODULES, { cwd: from })) {
    if (dirname(path).includes('node_modules')) continue;
    const places = [join(from, path), join(to, path)];
    const copy = (...how: string[]) =>
      run('cp', ['--archive', ...how, ...places], { timeout: COMMAND_TIMEOUT_MS });
    await copy('--link').catch(async () => {
      await rm(join(to, path), { recursive: true, force: true });
      await copy();
    });
  }
}

function wayOut(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of WAY_OUT) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The machine's own PATH: nothing that a checkout has installed. */
function barePath(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
}

/**
 * Makes the clone in a temporary folder with a HOME of its own. `withModules` brings what is installed in
 * `repository` along, as hard links, instead of a first start that fetches and installs it.
 */
export async function makeFreshClone(
  repository: string,
  { withModules }: { withModules: boolean },
): Promise<FreshClone> {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-documents-'));
  // Such a folder is private, and as root Postgres runs as somebody else.
  await chmod(folder, 0o755);
  const places = {
    home: join(folder, 'home'),
    clone: join(folder, 'kiloclaw'),
    scripts: join(folder, 'scripts'),
  };
  await Promise.all(Object.values(places).map((place) => mkdir(place)));
  await copyFiles(repository, places.clone);
  if (withModules) await bringModules(repository, places.clone);
  const [webPort, apiPort] = await freePorts(2);
  return {
    workingFolder: places.clone,
    scriptFolder: places.scripts,
    env: {
      ...wayOut(),
      PATH: barePath(process.env.PATH ?? ''),
      HOME: places.home,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      DOCKER_HOST: NO_ENGINE,
      KILOCLAW_WEB_PORT: String(webPort),
      KILOCLAW_API_PORT: String(apiPort),
    },
    remove: async () => {
      await removeEmbeddedPostgres(join(places.clone, '.kiloclaw', 'postgres'));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
