/** The Workers as one file each: bundled by wrangler, kept under a hash of everything that goes into them. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { cacheFolder, dropOldEntries } from './cache-folder.ts';
import { REPOSITORY_ROOT } from './flags.ts';
import { StartError } from './start-error.ts';

const WRANGLER = join(REPOSITORY_ROOT, 'node_modules/wrangler/bin/wrangler.js');
const WORKER_SUFFIXES = ['package.json', 'wrangler.jsonc', 'src/**/*.ts'];
/** What every Worker is made of, beside its own folder. */
const SHARED_SOURCES = ['package-lock.json', 'packages/*/package.json', 'packages/*/src/**/*.ts'];
const SOURCES_MAX = 5_000;
const COMMAND_TIMEOUT_MS = 120_000;
const OUTPUT_MAX_BYTES = 10_000_000;

const WranglerConfigSchema = z.looseObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  durable_objects: z
    .looseObject({ bindings: z.array(z.looseObject({ name: z.string(), class_name: z.string() })) })
    .default({ bindings: [] }),
  hyperdrive: z.array(z.looseObject({ binding: z.string() })),
});
export type WranglerConfig = z.infer<typeof WranglerConfigSchema>;

export interface Bundle {
  /** The Worker's source, an ES module. */
  readonly code: string;
  readonly config: WranglerConfig;
}

interface WorkerSource {
  /** For people. */
  readonly title: string;
  /** In the repository. */
  readonly folder: string;
  readonly cacheName: string;
}

const CONTROL_PLANE: WorkerSource = {
  title: 'the control plane',
  folder: 'services/kiloclaw',
  cacheName: 'control-plane',
};

/** The hash of all files of the repository that these globs find, tests aside. */
export async function hashOf(globs: readonly string[]): Promise<string> {
  const paths: string[] = [];
  for await (const entry of glob(globs, { cwd: REPOSITORY_ROOT, withFileTypes: true })) {
    const path = relative(REPOSITORY_ROOT, join(entry.parentPath, entry.name));
    if (entry.isFile() && !/\.test\.tsx?$/.test(path)) paths.push(path);
    if (paths.length > SOURCES_MAX)
      throw new StartError(`More than ${SOURCES_MAX} source files in ${REPOSITORY_ROOT}.`);
  }
  const hash = createHash('sha256');
  for (const path of paths.sort())
    hash
      .update(path)
      .update('\0')
      .update(await readFile(join(REPOSITORY_ROOT, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}

/** Comments would be allowed in a .jsonc; ours have none, so that they need no parser of their own. */
export async function readWranglerConfig<Config>(folder: string, schema: z.ZodType<Config>): Promise<Config> {
  const path = join(REPOSITORY_ROOT, folder, 'wrangler.jsonc');
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new StartError(
      `${path} can't be read as plain JSON with the Worker's bindings: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'}.`,
    );
  }
}

/** Runs a Node program of a package to its end. Throws `StartError` with all that it said. */
export function runBuildTool(
  args: readonly string[],
  cwd: string,
  home: string,
  title: string,
): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    // Settings and logs are kept below these, and the person's own are none of its business here.
    HOME: home,
    XDG_CONFIG_HOME: home,
    WRANGLER_LOG_PATH: join(home, 'wrangler.log'),
    WRANGLER_SEND_METRICS: 'false',
    NO_COLOR: '1',
  };
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: COMMAND_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new StartError(`It was not possible to build ${title}:\n${`${stdout}\n${stderr}`.trim()}`));
    });
  });
}

/** Makes `<cache>/<hash>.js` of a Worker. */
async function build(source: WorkerSource, target: string, config: WranglerConfig): Promise<string> {
  const workFolder = `${target}.partial-${randomUUID()}`;
  try {
    await mkdir(workFolder, { recursive: true });
    // A config of its own, because wrangler writes beside the config: the checkout may be read-only.
    const main = join(REPOSITORY_ROOT, source.folder, config.main);
    const own = { ...config, main, assets: undefined, $schema: undefined };
    const configFile = join(workFolder, 'wrangler.json');
    await writeFile(configFile, JSON.stringify(own));
    const outFolder = join(workFolder, 'out');
    const args = [WRANGLER, 'deploy', '--dry-run', '--config', configFile, '--outdir', outFolder];
    await runBuildTool(args, workFolder, workFolder, source.title);
    const code = await readFile(join(outFolder, 'worker.js'), 'utf8');
    // Under its final name a file is whole, whoever else makes it at the same time.
    await rename(join(outFolder, 'worker.js'), target);
    return code;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A Worker of this checkout; takes about 3 s where its sources have changed since the last time. */
export async function bundleWorker(
  source: WorkerSource,
  dataCache: string,
  say: (line: string) => void,
): Promise<Bundle> {
  const config = await readWranglerConfig(source.folder, WranglerConfigSchema);
  const hash = await hashOf([
    ...SHARED_SOURCES,
    ...WORKER_SUFFIXES.map((suffix) => `${source.folder}/${suffix}`),
  ]);
  const cache = await cacheFolder(source.cacheName, dataCache);
  const cached = join(cache, `${hash}.js`);
  if (await isThere(cached)) return { code: await readFile(cached, 'utf8'), config };
  say(`Bundling ${source.title}.`);
  await dropOldEntries(cache);
  return { code: await build(source, cached, config), config };
}

export function bundleControlPlane(dataCache: string, say: (line: string) => void): Promise<Bundle> {
  return bundleWorker(CONTROL_PLANE, dataCache, say);
}
