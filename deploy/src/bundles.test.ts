/** What the real wrangler makes of our configurations: nothing of this needs a network. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, workerConfig, writeWorkerConfig } from './worker-config.ts';
import { openWrangler, type Wrangler } from './wrangler.ts';

const MINUTE_MS = 60_000;
/** What Cloudflare takes of a Worker, compressed, on its smallest plan: 3 MB. */
const COMPRESSED_MAX_KIB = 3_000;
const SECRET = 'hunter2hunter2';

let wrangler: Wrangler;
beforeAll(async () => {
  wrangler = await openWrangler({ env: process.env, secrets: [SECRET] });
});
afterAll(() => wrangler.close());

const installation: Installation = {
  accountId: 'a'.repeat(32),
  hyperdriveId: 'b'.repeat(32),
  origin: 'https://console.example.com',
  plain: { KILOCLAW_ENV: 'production' },
};

async function build(folder: string, assetsFolder?: string) {
  const source = assetsFolder === undefined ? { folder } : { folder, assetsFolder };
  const name = folder.replaceAll('/', '-');
  const file = await writeWorkerConfig(wrangler.folder, name, await workerConfig(source, installation));
  const outdir = join(wrangler.folder, `${name}-out`);
  const args = ['deploy', '--dry-run', '--config', file, '--outdir', outdir];
  const said = await wrangler.runWithSecrets(args, { KILOCLAW_INTERNAL_API_KEY: SECRET });
  const files = await readdir(outdir);
  const bindings = [...said.matchAll(/^env\.(\w+)(?: \((.*?)\))?\s{2,}(.*?)\s*$/gm)].map(
    ([, binding = '', what = '', kind = '']) => [binding, what, kind],
  );
  const code = await readFile(join(outdir, 'worker.js'), 'utf8');
  return { said, files, bindings, code, kib: Number(/gzip: ([\d.]+) KiB/.exec(said)?.[1]) };
}

describe('wrangler takes', () => {
  it(
    'the control plane: its objects, its way to the database, and secrets that it does not show',
    async () => {
      const { bindings, kib, code, said } = await build('services/kiloclaw');
      expect(bindings).toEqual(
        expect.arrayContaining([
          ['INSTANCE', 'InstanceObject', 'Durable Object'],
          ['REGISTRY_WRITER', 'RegistryWriter', 'Durable Object'],
          ['SWEEP_KEEPER', 'SweepKeeper', 'Durable Object'],
          ['PROVIDER_GATE', 'ProviderGate', 'Durable Object'],
          ['REGISTRY', 'b'.repeat(32), 'Hyperdrive Config'],
          ['KILOCLAW_ENV', '"production"', 'Environment Variable'],
          ['KILOCLAW_INTERNAL_API_KEY', '"(hidden)"', 'Environment Variable'],
        ]),
      );
      expect(kib).toBeLessThan(COMPRESSED_MAX_KIB);
      expect(kib).toBeGreaterThan(100);
      for (const text of [code, said]) expect(text).not.toContain(SECRET);
    },
    2 * MINUTE_MS,
  );

  it(
    'the console: its files, the control plane behind it, its way to the database',
    async () => {
      const { bindings, kib } = await build('apps/web', wrangler.folder);
      expect(bindings).toEqual(
        expect.arrayContaining([
          ['CONTROL_PLANE', 'kiloclaw-control-plane', 'Worker'],
          ['REGISTRY', 'b'.repeat(32), 'Hyperdrive Config'],
          ['ASSETS', '', 'Assets'],
          ['KILOCLAW_CLIENT_IP_HEADER', '"cf-connecting-ip"', 'Environment Variable'],
          ['KILOCLAW_ENV', '"production"', 'Environment Variable'],
          ['KILOCLAW_INTERNAL_API_KEY', '"(hidden)"', 'Environment Variable'],
        ]),
      );
      expect(kib).toBeLessThan(COMPRESSED_MAX_KIB);
    },
    2 * MINUTE_MS,
  );
});
