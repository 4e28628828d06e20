/** wrangler's configuration of a Worker for one deploy: what stands in its wrangler.jsonc, with what an installation adds. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWranglerConfig } from '@kiloclaw/dev/bundle';
import { REPOSITORY_ROOT } from '@kiloclaw/dev/flags';
import { z } from 'zod';

const PLACEHOLDER_ID = '0'.repeat(32);
const WORKERS_DEV = '.workers.dev';

export interface WorkerSource {
  /** In the repository. */
  readonly folder: string;
  /** Absolute; for a Worker that serves files. */
  readonly assetsFolder?: string;
}

export interface Installation {
  /** Null in a dry run, which asks nobody. */
  readonly accountId: string | null;
  readonly hyperdriveId: string | null;
  readonly origin: string;
  readonly plain: Readonly<Record<string, string>>;
}

const BaseSchema = z.looseObject({
  $schema: z.string().optional(),
  name: z.string(),
  main: z.string(),
  vars: z.record(z.string(), z.string()).default({}),
  assets: z.looseObject({ directory: z.string() }).optional(),
  hyperdrive: z.array(z.looseObject({ binding: z.string() })),
});

/** Holds no secret. */
export async function workerConfig(source: WorkerSource, installation: Installation): Promise<object> {
  const { $schema: _, ...base } = await readWranglerConfig(source.folder, BaseSchema);
  const { accountId, hyperdriveId, origin, plain } = installation;
  const { hostname } = new URL(origin);
  const isOnWorkersDev = hostname.endsWith(WORKERS_DEV);
  return {
    ...base,
    ...(accountId === null ? {} : { account_id: accountId }),
    main: join(REPOSITORY_ROOT, source.folder, base.main),
    ...(base.assets === undefined || source.assetsFolder === undefined
      ? {}
      : { assets: { ...base.assets, directory: source.assetsFolder } }),
    hyperdrive: base.hyperdrive.map(({ binding }) => ({ binding, id: hyperdriveId ?? PLACEHOLDER_ID })),
    vars: { ...base.vars, ...plain },
    workers_dev: isOnWorkersDev,
    preview_urls: false,
    ...(isOnWorkersDev ? {} : { routes: [{ pattern: hostname, custom_domain: true }] }),
  };
}

/** Writes it as a file for wrangler, and answers its path. */
export async function writeWorkerConfig(folder: string, name: string, config: object): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify(config, null, 2));
  return path;
}
