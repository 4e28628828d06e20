/** The web Worker as one file, and its app as a folder of static files, built by Vite and kept under a hash. */
import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleWorker, hashOf, isThere, readWranglerConfig, runBuildTool } from './bundle.ts';
import { cacheFolder, dropOldEntries } from './cache-folder.ts';
import { REPOSITORY_ROOT } from './flags.ts';
import { codeOf } from './start-error.ts';

const WEB_FOLDER = 'apps/web';
const VITE = join(REPOSITORY_ROOT, 'node_modules/vite/bin/vite.js');
const APP_SOURCES = [
  'package-lock.json',
  'packages/{platform-contract,instance-tiers}/src/**/*.ts',
  ...['package.json', 'index.html', 'vite.config.ts', 'build/**/*', 'public/**/*', 'src/client/**/*'].map(
    (path) => `${WEB_FOLDER}/${path}`,
  ),
];

const WebConfigSchema = z.looseObject({
  name: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  assets: z.looseObject({
    binding: z.string(),
    not_found_handling: z.literal('single-page-application'),
    run_worker_first: z.boolean(),
  }),
});

export interface WebBundle {
  /** The Worker's source, an ES module. */
  readonly code: string;
  readonly config: z.infer<typeof WebConfigSchema>;
  /** The folder of the app's static files. */
  readonly appFolder: string;
}

/** The folder of the app's static files: built where its sources have changed since the last time. Throws `StartError`. */
export async function buildApp(dataCache: string, say: (line: string) => void): Promise<string> {
  const cache = await cacheFolder('web-app', dataCache);
  const built = join(cache, await hashOf(APP_SOURCES));
  if (await isThere(built)) return built;
  say('Building the console.');
  await dropOldEntries(cache);
  const partial = `${built}.partial-${randomUUID()}`;
  try {
    // Loaded natively, because Vite would write the config that it bundles into the checkout.
    const args = [VITE, 'build', '--configLoader', 'native', '--outDir', partial, '--logLevel', 'warn'];
    await runBuildTool(args, join(REPOSITORY_ROOT, WEB_FOLDER), partial, 'the console');
    await rename(partial, built).catch((error: unknown) => {
      // Somebody else has made the same at the same time.
      if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
    });
    return built;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Takes some seconds where sources have changed since the last time. Throws `StartError`. */
export async function bundleWeb(dataCache: string, say: (line: string) => void): Promise<WebBundle> {
  const source = { title: 'the web Worker', folder: WEB_FOLDER, cacheName: 'web' };
  const config = await readWranglerConfig(WEB_FOLDER, WebConfigSchema);
  const { code } = await bundleWorker(source, dataCache, say);
  return { code, config, appFolder: await buildApp(dataCache, say) };
}
