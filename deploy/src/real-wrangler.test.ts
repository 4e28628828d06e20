/** A whole deploy by the real wrangler, to a stand-in for Cloudflare's API: what really goes over the wire. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runDeploy } from './run-deploy.ts';
import { answeringWorkers } from './testing/answering-workers.ts';
import { type CloudflareStandIn, startCloudflareStandIn } from './testing/cloudflare-stand-in.ts';

const MINUTE_MS = 60_000;
const ACCOUNT = { id: 'a'.repeat(32), name: 'Example' };
const API_TOKEN = 'a-token-of-cloudflare-for-this-test';
const SECRETS = {
  KILOCLAW_INTERNAL_API_KEY: randomBytes(32).toString('base64'),
  KILOCLAW_AUTH_SECRET: `${randomBytes(32).toString('base64')} "with" $HOME and a \\ in it`,
  KILOCLAW_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
  FLY_API_TOKEN: 'a-token-of-a-provider-for-this-test',
};

let cluster: TestCluster;
let home: string;
let cloudflare: CloudflareStandIn;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  cluster = await createTestCluster();
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-real-wrangler-'));
  vi.stubEnv('TMPDIR', home);
  cloudflare = await startCloudflareStandIn(ACCOUNT);
  env = {
    ...SECRETS,
    PATH: process.env.PATH,
    HOME: join(home, 'home'),
    DATABASE_URL: (await cluster.createEmptyDatabase()).url,
    KILOCLAW_WEB_ORIGIN: 'https://console.example.com',
    KILOCLAW_API_ORIGIN: 'https://api.example.com',
    CLOUDFLARE_API_TOKEN: API_TOKEN,
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
  };
}, MINUTE_MS);
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloudflare?.close();
  await cluster?.stop();
  await rm(home, { recursive: true, force: true });
}, MINUTE_MS);

function deploy(): Promise<void> {
  return runDeploy({
    flags: { envFiles: [], dryRun: false, renewPasswords: false, help: false },
    env,
    isTerminal: false,
    say: () => undefined,
    smoke: { timeoutMs: 0, pollMs: 0, fetch: answeringWorkers(SECRETS.KILOCLAW_INTERNAL_API_KEY) },
  });
}

const secretsOf = (name: string) =>
  Object.fromEntries(
    (cloudflare.uploads.get(name)?.bindings ?? [])
      .filter(({ type }) => type === 'secret_text')
      .map((binding) => [binding.name, binding.text]),
  );
const asked = (pattern: RegExp) =>
  cloudflare.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));

describe('a deploy by the real wrangler', () => {
  it(
    'uploads each Worker with its secrets as they are, in one version, and none that is not set any more',
    async () => {
      // Of an earlier deploy; wrangler by itself would have the new version keep it.
      const old = {
        name: 'KILOCLAW_API_KEYS',
        type: 'secret_text',
        text: 'gone:full:a-key-that-was-taken-out',
      };
      cloudflare.uploads.set('kiloclaw-control-plane', { bindings: [old], keep_bindings: [] });
      await deploy();
      const { KILOCLAW_AUTH_SECRET, ...ofControlPlane } = SECRETS;
      expect(secretsOf('kiloclaw-control-plane')).toEqual(ofControlPlane);
      expect(asked(/^PATCH .*secrets-bulk$/).map(({ body }) => JSON.parse(body.toString()))).toEqual([
        { secrets: { KILOCLAW_API_KEYS: null } },
      ]);
      const { KILOCLAW_INTERNAL_API_KEY } = SECRETS;
      expect(secretsOf('kiloclaw-web')).toEqual({ KILOCLAW_INTERNAL_API_KEY, KILOCLAW_AUTH_SECRET });
      expect(cloudflare.uploads.get('kiloclaw-control-plane')?.migrations).toMatchObject({ new_tag: 'v3' });
      expect(asked(/^PUT \/workers\/scripts\/[\w-]+$/).map(({ path }) => path)).toEqual([
        '/workers/scripts/kiloclaw-control-plane',
        '/workers/scripts/kiloclaw-web',
      ]);
      // Wrangler's own home, and what Node keeps of what it compiles.
      const left = (await readdir(home)).filter((name) => !['home', 'node-compile-cache'].includes(name));
      expect(left).toEqual([]);
    },
    3 * MINUTE_MS,
  );
});
