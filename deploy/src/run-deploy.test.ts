/** A whole deploy: real Postgres, stand-ins for wrangler and for Cloudflare's API. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFleetId } from '@kiloclaw/db';
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { withRegistry } from '@kiloclaw/dev/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runDeploy } from './run-deploy.ts';
import { answeringWorkers } from './testing/answering-workers.ts';
import { type CloudflareStandIn, startCloudflareStandIn } from './testing/cloudflare-stand-in.ts';
import type { Behaviour, WranglerCall } from './testing/wrangler-calls.ts';

const STAND_IN = fileURLToPath(new URL('./testing/wrangler-stand-in.fixture.ts', import.meta.url));
const ACCOUNT = { id: 'a'.repeat(32), name: 'Example' };
const API_TOKEN = 'a-token-of-cloudflare-for-this-test';
const SECRETS = {
  KILOCLAW_INTERNAL_API_KEY: randomBytes(32).toString('base64'),
  KILOCLAW_AUTH_SECRET: randomBytes(32).toString('base64'),
  KILOCLAW_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
  FLY_API_TOKEN: 'a-token-of-a-provider-for-this-test',
};
const DEFAULT_BEHAVIOUR: Behaviour = {
  failAt: null,
  echo: '',
  accounts: [ACCOUNT],
  signIn: { type: 'api_token', token: API_TOKEN },
  secrets: {},
};

/** What is asked of wrangler by a deploy that goes well. */
const ALL_CALLS = [
  'build of kiloclaw-control-plane',
  'build of kiloclaw-web',
  'whoami',
  'auth token',
  'deploy of kiloclaw-control-plane',
  'secret list of kiloclaw-control-plane',
  'deploy of kiloclaw-web',
  'secret list of kiloclaw-web',
];

let cluster: TestCluster;
let home: string;
let databaseUrl: string;
let cloudflare: CloudflareStandIn;
let said: string[];

beforeAll(async () => {
  cluster = await createTestCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiloclaw-deploy-test-'));
  // What a deploy leaves behind would lie there.
  vi.stubEnv('TMPDIR', join(home));
  databaseUrl = (await cluster.createEmptyDatabase()).url;
  cloudflare = await startCloudflareStandIn(ACCOUNT);
  said = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloudflare.close();
  await rm(home, { recursive: true, force: true });
});

interface Asked {
  readonly env?: Readonly<Record<string, string>>;
  readonly behaviour?: Partial<Behaviour>;
  readonly renewPasswords?: boolean;
  readonly dryRun?: boolean;
  readonly isTerminal?: boolean;
  readonly fetch?: typeof globalThis.fetch;
}

async function deploy(asked: Asked = {}): Promise<WranglerCall[]> {
  const [record, behaviour] = [join(home, 'record'), join(home, 'behaviour')];
  await writeFile(record, '');
  await writeFile(behaviour, JSON.stringify({ ...DEFAULT_BEHAVIOUR, ...asked.behaviour }));
  const { env = {}, renewPasswords = false, dryRun = false, isTerminal = true } = asked;
  try {
    await runDeploy({
      flags: { envFiles: [], dryRun, renewPasswords, help: false },
      env: {
        PATH: process.env.PATH,
        ...SECRETS,
        DATABASE_URL: databaseUrl,
        KILOCLAW_WEB_ORIGIN: 'https://console.example.com',
        KILOCLAW_API_ORIGIN: 'https://api.example.com',
        FLY_REGION: 'fra',
        CLOUDFLARE_API_TOKEN: API_TOKEN,
        CLOUDFLARE_API_BASE_URL: cloudflare.url,
        ...env,
      },
      isTerminal,
      say: (line) => void said.push(line),
      wranglerCommand: [process.execPath, STAND_IN, record, behaviour],
      smoke: {
        timeoutMs: 0,
        pollMs: 0,
        fetch: asked.fetch ?? answeringWorkers(SECRETS.KILOCLAW_INTERNAL_API_KEY),
      },
    });
  } finally {
    const text = await readFile(record, 'utf8');
    calls = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): WranglerCall => JSON.parse(line));
  }
  return calls;
}
/** Of the last deploy, also of one that failed. */
let calls: WranglerCall[] = [];

const commands = () => calls.map(({ command }) => command);
const callOf = (name: string) => calls.find(({ command }) => command === name);
const refusalOf = (asked: Asked) =>
  deploy(asked).then(
    () => 'no refusal',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
const configOf = (name: string) => [...cloudflare.configs.values()].find((config) => config.name === name);

function urlOf(name: string): string {
  const { host = '', port = 0, database = '', user = '', password = '' } = configOf(name)?.origin ?? {};
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}

describe('a deploy', () => {
  it('tells its plan before anything happens, and does it in this order', async () => {
    await deploy();
    expect(commands()).toEqual(ALL_CALLS);
    const plan = said.slice(said.indexOf('The plan:') + 1, said.indexOf(''));
    expect(plan).toHaveLength(9);
    expect(said.findIndex((line) => line.startsWith('[1/9]'))).toBeGreaterThan(
      said.indexOf(plan.at(-1) ?? ''),
    );
    expect(said.at(-1)).toBe('Done. The console is at https://console.example.com.');
  });

  it('gives each Worker the settings of its own, its secrets with its code, and its way to the database', async () => {
    await deploy();
    const fleetId = await withRegistry(databaseUrl, readFleetId);
    const controlPlane = callOf('deploy of kiloclaw-control-plane');
    expect(controlPlane?.config).toMatchObject({
      account_id: ACCOUNT.id,
      vars: { KILOCLAW_ENV: 'production', KILOCLAW_FLEET_ID: fleetId, FLY_REGION: 'fra' },
      hyperdrive: [{ binding: 'REGISTRY', id: configOf('kiloclaw-control-plane')?.id }],
      routes: [{ pattern: 'api.example.com', custom_domain: true }],
      workers_dev: false,
      migrations: [{ tag: 'v1' }, { tag: 'v2' }, { tag: 'v3' }],
      triggers: { crons: ['*/10 * * * *'] },
    });
    const { KILOCLAW_AUTH_SECRET, ...ofControlPlane } = SECRETS;
    expect(JSON.parse(controlPlane?.input ?? '')).toEqual(ofControlPlane);
    const web = callOf('deploy of kiloclaw-web');
    expect(web?.config).toMatchObject({
      vars: {
        KILOCLAW_WEB_ORIGIN: 'https://console.example.com',
        KILOCLAW_CLIENT_IP_HEADER: 'cf-connecting-ip',
      },
      hyperdrive: [{ binding: 'REGISTRY', id: configOf('kiloclaw-web')?.id }],
      services: [{ binding: 'CONTROL_PLANE', service: 'kiloclaw-control-plane' }],
      assets: { binding: 'ASSETS', run_worker_first: true },
    });
    const { KILOCLAW_INTERNAL_API_KEY } = SECRETS;
    expect(JSON.parse(web?.input ?? '')).toEqual({ KILOCLAW_INTERNAL_API_KEY, KILOCLAW_AUTH_SECRET });
  });

  it('lets Hyperdrive sign in as a user for each Worker, without a cache, with passwords that open', async () => {
    await deploy();
    for (const name of ['kiloclaw-control-plane', 'kiloclaw-web'] as const) {
      expect(configOf(name)).toMatchObject({ caching: { disabled: true } });
      expect(configOf(name)?.origin.user).toMatch(`${name.replaceAll('-', '_')}_`);
      expect(await withRegistry(urlOf(name), readFleetId)).toBe(await withRegistry(databaseUrl, readFleetId));
    }
    expect(cloudflare.requests[0]?.signIn).toBe(`Bearer ${API_TOKEN}`);
  });

  it('changes nothing that is right already when it runs again', async () => {
    await deploy();
    const [configs, fleetId] = [[...cloudflare.configs], await withRegistry(databaseUrl, readFleetId)];
    cloudflare.requests.length = 0;
    await deploy();
    expect(commands()).toEqual(ALL_CALLS);
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect([[...cloudflare.configs], await withRegistry(databaseUrl, readFleetId)]).toEqual([
      configs,
      fleetId,
    ]);
    expect(said).toContain('      kiloclaw-control-plane is there already, kiloclaw-web is there already');
  });

  it('makes new passwords when asked to, and where user and configuration do not fit', async () => {
    await deploy();
    const before = urlOf('kiloclaw-web');
    await deploy({ renewPasswords: true });
    expect(cloudflare.configs.size).toBe(2);
    await expect(withRegistry(before, readFleetId)).rejects.toThrow();
    expect(await withRegistry(urlOf('kiloclaw-web'), readFleetId)).not.toBeNull();
    const renewed = urlOf('kiloclaw-web');
    const config = configOf('kiloclaw-web');
    if (config !== undefined)
      cloudflare.configs.set(config.id, { ...config, origin: { ...config.origin, host: 'old.example.com' } });
    await deploy();
    expect(urlOf('kiloclaw-web')).not.toBe(renewed);
    expect(await withRegistry(urlOf('kiloclaw-web'), readFleetId)).not.toBeNull();
    expect(cloudflare.configs.size).toBe(2);
  });

  it('leaves the Workers of one fleet with its database, unless told that this one stands in for it', async () => {
    await deploy();
    const fleetId = (await withRegistry(databaseUrl, readFleetId)) ?? '';
    const [before, other] = [[...cloudflare.configs], (await cluster.createEmptyDatabase()).url];
    const refusal = await refusalOf({ env: { DATABASE_URL: other } });
    expect(refusal).toContain('Step 4 of 9 failed');
    expect(refusal).toContain(`begins with ${fleetId.slice(0, 8)}`);
    expect([...cloudflare.configs]).toEqual(before);
    expect(commands()).toEqual(ALL_CALLS.slice(0, 4));
    await deploy({ env: { DATABASE_URL: other, KILOCLAW_FLEET_ID: fleetId } });
    expect(await withRegistry(urlOf('kiloclaw-web'), readFleetId)).not.toBe(fleetId);
  });

  it('has Hyperdrive keep no answers, where somebody let it', async () => {
    await deploy();
    const config = configOf('kiloclaw-web');
    if (config !== undefined) cloudflare.configs.set(config.id, { ...config, caching: { disabled: false } });
    await deploy();
    expect(configOf('kiloclaw-web')).toMatchObject({ caching: { disabled: true } });
    expect(await withRegistry(urlOf('kiloclaw-web'), readFleetId)).not.toBeNull();
  });

  it('takes secrets away that are not given any more, and leaves those that are not ours', async () => {
    const secrets = {
      'kiloclaw-control-plane': ['KILOCLAW_API_KEYS', 'FLY_API_TOKEN', 'SOMEBODY_ELSES_TOKEN'],
    };
    await deploy({ behaviour: { secrets } });
    expect(commands()).toEqual([
      ...ALL_CALLS.slice(0, 6),
      'secret bulk of kiloclaw-control-plane',
      ...ALL_CALLS.slice(6),
    ]);
    const bulk = callOf('secret bulk of kiloclaw-control-plane');
    expect(JSON.parse(bulk?.input ?? '')).toEqual({ KILOCLAW_API_KEYS: null });
  });

  it('makes the first admin’s link on a terminal, and in a log says how to', async () => {
    const env = { KILOCLAW_ADMIN_EMAIL: 'alice@example.com' };
    await deploy({ env, isTerminal: false });
    expect(said.join('\n')).toContain('npm run admin -- create alice@example.com');
    expect(said.join('\n')).not.toContain('/invitation#');
    await deploy({ env });
    expect(said.join('\n')).toMatch(/https:\/\/console\.example\.com\/invitation#[\w-]{43}/);
  });

  it('only builds in a dry run', async () => {
    await deploy({ dryRun: true });
    expect(commands()).toEqual(ALL_CALLS.slice(0, 2));
    expect(cloudflare.requests).toEqual([]);
    await expect(withRegistry(databaseUrl, readFleetId)).rejects.toThrow();
    expect(said.at(-1)).toBe('A dry run: nothing was changed anywhere.');
  });
});

describe('no secret', () => {
  it('is in an argument, in the environment of wrangler, in what is said, or in a file that stays', async () => {
    await deploy({ renewPasswords: true });
    const { password } = new URL(databaseUrl);
    const made = [...cloudflare.configs.values()].map(({ origin }) => origin.password);
    const argumentsAndConfigs = JSON.stringify(calls.map(({ args, config }) => [args, config]));
    const environments = JSON.stringify(calls.map(({ env }) => env));
    for (const secret of [...Object.values(SECRETS), password, ...made]) {
      expect(argumentsAndConfigs).not.toContain(secret);
      expect(environments).not.toContain(secret);
      expect(said.join('\n')).not.toContain(secret);
    }
    expect(argumentsAndConfigs).not.toContain(API_TOKEN);
    expect(said.join('\n')).not.toContain(API_TOKEN);
    expect(await readdir(home)).toEqual(['behaviour', 'record']);
  });

  it('is in the words of a failure, though wrangler says it', async () => {
    const echo = Object.values({ ...SECRETS, API_TOKEN }).join(' and ');
    const refusal = await refusalOf({ behaviour: { failAt: 'deploy of kiloclaw-web', echo } });
    expect(refusal).toContain('[hidden] and [hidden]');
    for (const secret of Object.values({ ...SECRETS, API_TOKEN })) expect(refusal).not.toContain(secret);
    expect(await readdir(home)).toEqual(['behaviour', 'record']);
  });
});

describe('a step that fails stops the rest, says what is done, and a second run goes on', () => {
  it.each([
    ['build of kiloclaw-web', 1, 'Nothing was done before it. The 8 after it were not begun.'],
    ['whoami', 2, 'Step 1 is done. The 7 after it were not begun.'],
    ['auth token', 4, 'Steps 1 to 3 are done. The 5 after it were not begun.'],
    ['deploy of kiloclaw-control-plane', 5, 'Steps 1 to 4 are done. The 4 after it were not begun.'],
    ['secret list of kiloclaw-control-plane', 5, 'Steps 1 to 4 are done.'],
    ['deploy of kiloclaw-web', 7, 'Steps 1 to 6 are done. The 2 after it were not begun.'],
    ['secret list of kiloclaw-web', 7, 'Steps 1 to 6 are done.'],
  ])('%s', async (failAt, step, done) => {
    const refusal = await refusalOf({ behaviour: { failAt } });
    expect(refusal).toMatch(new RegExp(`^Step ${step} of 9 failed: `));
    expect(refusal).toContain(done);
    expect(refusal).toContain('run the same command again');
    expect(commands()).toEqual(ALL_CALLS.slice(0, ALL_CALLS.indexOf(failAt) + 1));
  });

  it('with the same fleet, after a control plane that was not to be had', async () => {
    await refusalOf({ behaviour: { failAt: 'deploy of kiloclaw-control-plane' } });
    const fleetId = await withRegistry(databaseUrl, readFleetId);
    await deploy();
    expect(commands()).toEqual(ALL_CALLS);
    expect(await withRegistry(databaseUrl, readFleetId)).toBe(fleetId);
    expect(said).toContain('      kiloclaw-control-plane is there already, kiloclaw-web is there already');
  });

  it('the database', async () => {
    const url = Object.assign(new URL(databaseUrl), { password: 'hunter2hunter2' }).href;
    const refusal = await refusalOf({ env: { DATABASE_URL: url } });
    expect(refusal).toContain('Step 3 of 9 failed');
    expect(refusal).toContain('it refuses the user or the password (28P01)');
    expect(refusal).not.toContain('hunter2');
    expect(commands()).toEqual(ALL_CALLS.slice(0, 3));
  });

  it('Hyperdrive, which can’t reach the database', async () => {
    cloudflare.refusal = 'The origin database can not be reached';
    const refusal = await refusalOf({});
    expect(refusal).toContain('Step 4 of 9 failed');
    expect(refusal).toContain('The origin database can not be reached (2008)');
    cloudflare.refusal = null;
    await deploy();
    expect(await withRegistry(urlOf('kiloclaw-web'), readFleetId)).not.toBeNull();
  });

  it.each([
    ['/readyz', 6, 'Hyperdrive: can Cloudflare reach the database?', 6],
    ['/sign-in', 8, 'its domain, its settings and its log', 8],
  ])('a smoke test that fails at %s', async (path, step, lookAt, callsCount) => {
    const refusal = await refusalOf({
      fetch: answeringWorkers(SECRETS.KILOCLAW_INTERNAL_API_KEY, (asked) => asked === path),
    });
    expect(refusal).toContain(`Step ${step} of 9 failed`);
    expect(refusal).toContain(lookAt);
    expect(refusal).toContain('answered 500 error code: 1101');
    expect(commands()).toEqual(ALL_CALLS.slice(0, callsCount));
  });
});

describe('the account', () => {
  const accounts = [ACCOUNT, { id: 'b'.repeat(32), name: 'Other' }];

  it('has to be named where there are several, and is the named one', async () => {
    expect(await refusalOf({ behaviour: { accounts } })).toContain('name one in CLOUDFLARE_ACCOUNT_ID');
    await deploy({ behaviour: { accounts }, env: { CLOUDFLARE_ACCOUNT_ID: ACCOUNT.id } });
    expect(callOf('deploy of kiloclaw-web')?.config).toMatchObject({ account_id: ACCOUNT.id });
  });

  it('has to be one that the sign-in reaches', async () => {
    const env = { CLOUDFLARE_ACCOUNT_ID: 'c'.repeat(32) };
    expect(await refusalOf({ env })).toContain('does not reach the account');
    expect(await refusalOf({ behaviour: { failAt: 'whoami' } })).toContain('set CLOUDFLARE_API_TOKEN');
  });
});
