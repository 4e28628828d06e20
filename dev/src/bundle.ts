/** The control-plane Worker as one file: bundled by wrangler, kept under a hash of everything that goes into it. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder, dropOldEntries } from './cache-folder.ts';
import { REPOSITORY_ROOT } from './flags.ts';
import { StartError } from './start-error.ts';

const WORKER_FOLDER = join(REPOSITORY_ROOT, 'services/kiloclaw');
const WRANGLER = join(REPOSITORY_ROOT, 'node_modules/wrangler/bin/wrangler.js');
/** Everything that can change the bundle. */
const SOURCES = [
  'package-lock.json',
  'packages/*/package.json',
  'packages/*/src/**/*.ts',
  'services/kiloclaw/package.json',
  'services/kiloclaw/wrangler.jsonc',
  'services/kiloclaw/src/**/*.ts',
];
const SOURCES_MAX = 5_000;
const WRANGLER_TIMEOUT_MS = 120_000;
const OUTPUT_MAX_BYTES = 10_000_000;

const WranglerConfigSchema = z.looseObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  durable_objects: z.looseObject({
    bindings: z.array(z.looseObject({ name: z.string(), class_name: z.string() })),
  }),
  hyperdrive: z.array(z.looseObject({ binding: z.string() })),
});
export type WranglerConfig = z.infer<typeof WranglerConfigSchema>;

export interface Bundle {
  /** The Worker's source, an ES module. */
  readonly code: string;
  readonly config: WranglerConfig;
}

async function contentHash(): Promise<string> {
  const paths: string[] = [];
  for await (const path of glob(SOURCES, { cwd: REPOSITORY_ROOT })) {
    if (!path.endsWith('.test.ts')) paths.push(path);
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

/** Comments would be allowed in a .jsonc; this one has none, so that it needs no parser of its own. */
async function readConfig(): Promise<WranglerConfig> {
  const path = join(WORKER_FOLDER, 'wrangler.jsonc');
  try {
    return WranglerConfigSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new StartError(
      `${path} can't be read as plain JSON with the Worker's bindings: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'}.`,
    );
  }
}

function runWrangler(workFolder: string): Promise<void> {
  const args = [
    WRANGLER,
    'deploy',
    '--dry-run',
    '--config',
    join(workFolder, 'wrangler.json'),
    '--outdir',
    join(workFolder, 'out'),
  ];
  const env = {
    PATH: process.env.PATH,
    // wrangler keeps settings and logs below these, and the person's own are none of its business here.
    HOME: workFolder,
    XDG_CONFIG_HOME: workFolder,
    WRANGLER_LOG_PATH: join(workFolder, 'wrangler.log'),
    WRANGLER_SEND_METRICS: 'false',
    NO_COLOR: '1',
  };
  return new Promise((resolve, reject) => {
    const options = { cwd: workFolder, env, timeout: WRANGLER_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) resolve();
      else
        reject(
          new StartError(
            `The control plane can't be bundled; wrangler said:\n${`${stdout}\n${stderr}`.trim()}`,
          ),
        );
    });
  });
}

async function build(cache: string, hash: string, config: WranglerConfig): Promise<string> {
  const workFolder = join(cache, `${hash}.partial-${randomUUID()}`);
  try {
    await mkdir(workFolder, { recursive: true });
    // A config of its own, because wrangler writes beside the config: the checkout may be read-only.
    const own = { ...config, main: join(WORKER_FOLDER, config.main), $schema: undefined };
    await writeFile(join(workFolder, 'wrangler.json'), JSON.stringify(own));
    await runWrangler(workFolder);
    const code = await readFile(join(workFolder, 'out/worker.js'), 'utf8');
    // Under its final name a file is whole, whoever else makes it at the same time.
    await rename(join(workFolder, 'out/worker.js'), join(cache, `${hash}.js`));
    return code;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** The Worker of this checkout; takes about 3 s where its sources have changed since the last time. */
export async function bundleControlPlane(dataCache: string, say: (line: string) => void): Promise<Bundle> {
  const config = await readConfig();
  const hash = await contentHash();
  const cache = await cacheFolder('control-plane', dataCache);
  const cached = join(cache, `${hash}.js`);
  const isCached = await access(cached).then(
    () => true,
    () => false,
  );
  if (isCached) return { code: await readFile(cached, 'utf8'), config };
  say('Bundling the control plane.');
  await dropOldEntries(cache);
  return { code: await build(cache, hash, config), config };
}
