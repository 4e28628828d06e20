import { randomBytes } from 'node:crypto';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@kiloclaw/control-plane/settings';
import { describeSettings, factsOf, productionFaults } from '@kiloclaw/settings';
import { readSettings as readWebSettings } from '@kiloclaw/web/settings';
import { describe, expect, it } from 'vitest';
import { checkSettings, unknownVariables } from './configuration.ts';
import { openDataFolder } from './data-folder.ts';
import { SETTING_SHAPES } from './documents/configuration.ts';
import { REPOSITORY_ROOT } from './flags.ts';
import { ensureSecrets, type Secrets } from './secrets.ts';

const strong = () => randomBytes(32).toString('hex');
const sealingKey = () => randomBytes(32).toString('base64');
const shape = Object.assign({}, ...Object.values(SETTING_SHAPES)) as (typeof SETTING_SHAPES)[string];
const secretNames = describeSettings(SETTING_SHAPES)
  .filter(({ isSecret }) => isSecret)
  .map(({ name }) => name);
const madeNames = secretNames.filter((name) => secretOf(name)?.kind === 'made');

/** How a variable holds a secret, where it is more than the secret. */
const WRITTEN: Record<string, (secret: string) => string> = {
  KILOCLAW_API_KEYS: (secret) => `ci:full:${secret}`,
  KILOCLAW_ENCRYPTION_KEYS: (secret) => `k1:${secret}`,
};
const written = (name: string, secret: string) => WRITTEN[name]?.(secret) ?? secret;

function secretOf(name: string) {
  const schema = shape[name];
  if (schema === undefined) throw new Error(`${name} is no setting.`);
  return factsOf(name, schema).secret;
}

function strongOf(name: string): string {
  const secret = secretOf(name);
  return secret?.kind === 'made' && secret.encoding === 'base64' ? sealingKey() : strong();
}

const faultsOf = (name: string, value: string) =>
  productionFaults(shape, { [name]: value }).map((fault) => fault.sentence);

describe('every secret that is made for an installation', () => {
  it('is marked as one: no variable is named like a secret and is none', () => {
    const named = Object.keys(shape).filter((name) => /(KEY|KEYS|SECRET|TOKEN|PASSWORD)$/.test(name));
    expect(named.filter((name) => !secretNames.includes(name))).toEqual([]);
    expect(madeNames).toContain('KILOCLAW_AUTH_SECRET');
  });

  it.each(madeNames)('%s is taken in production where chance has made it', (name) => {
    expect(faultsOf(name, written(name, strongOf(name)))).toEqual([]);
  });

  it.each(madeNames)('%s is refused where it is weak, with the command that makes one', (name) => {
    const weak = strongOf(name).length === 44 ? Buffer.alloc(32, 7).toString('base64') : 'x'.repeat(43);
    expect(faultsOf(name, written(name, weak))[0]).toMatch(/weak.*make one with "openssl rand/);
  });

  it.each(madeNames)('%s is refused where another variable has the same', (name) => {
    const twin = madeNames.find((other) => other !== name) ?? '';
    const secret = strongOf(name);
    const source = { [name]: written(name, secret), [twin]: written(twin, secret) };
    expect(productionFaults(shape, source).some(({ sentence }) => sentence.includes('same secret as'))).toBe(
      true,
    );
  });
});

/** An invented token of a provider opens nothing there: whoever gives them out refuses it. */
const OF_OURS = [...madeNames, 'DATABASE_URL'];

describe('every secret of ours that stands in a text of this repository', () => {
  it('is refused in production', async () => {
    const literal = new RegExp(
      `\\b(${OF_OURS.join('|')})\\b['"]?\\s*[:=]\\s*['"\`]?([^\\s'"\`,;|)]{24,})`,
      'g',
    );
    const files = glob(['*.md', 'docs/**/*.md', 'deploy/**/*', '{apps,dev,e2e,services}/**/src/**/*.ts'], {
      cwd: REPOSITORY_ROOT,
      withFileTypes: true,
      exclude: ['**/node_modules/**', '**/dist*/**'],
    });
    const accepted: string[] = [];
    let looked = 0;
    for await (const file of files) {
      if (!file.isFile()) continue;
      const text = await readFile(join(file.parentPath, file.name), 'utf8');
      for (const [found, name = '', value = ''] of text.matchAll(literal)) {
        if (/[${}()]/.test(value)) continue;
        looked += 1;
        if (faultsOf(name, value).length === 0) accepted.push(`${file.name}: ${found}`);
      }
    }
    expect(looked).toBeGreaterThan(0);
    expect(accepted).toEqual([]);
  });
});

it('what a development makes is known as such wherever it is carried', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kiloclaw-secrets-'));
  const folder = await openDataFolder(root);
  try {
    const { internalApiKey, authSecret, encryptionKeys } = await ensureSecrets(folder);
    for (const [name, value] of [
      ['KILOCLAW_INTERNAL_API_KEY', internalApiKey],
      ['KILOCLAW_API_KEYS', `ci:full:${internalApiKey}`],
      ['KILOCLAW_AUTH_SECRET', authSecret],
      ['KILOCLAW_ENCRYPTION_KEYS', encryptionKeys],
    ] as const)
      expect(faultsOf(name, value)[0]).toContain('was made for development');
  } finally {
    await folder.unlock();
    await rm(root, { recursive: true });
  }
});

describe('a production', () => {
  const secrets: Secrets = {
    internalApiKey: strong(),
    encryptionKeys: `old:${sealingKey()}`,
    databasePassword: strong(),
    flySimulatorToken: strong(),
    northflankSimulatorToken: strong(),
    webDatabasePassword: strong(),
    authSecret: strong(),
  };
  const sound = {
    KILOCLAW_ENV: 'production',
    KILOCLAW_INTERNAL_API_KEY: strong(),
    KILOCLAW_ENCRYPTION_KEYS: `k1:${sealingKey()}`,
    KILOCLAW_AUTH_SECRET: strong(),
    KILOCLAW_WEB_ORIGIN: 'https://console.example.com',
  };

  it('begins with secrets of its own', () => {
    expect(() => checkSettings(sound, secrets)).not.toThrow();
  });

  it('takes no password of an example for its database', () => {
    const url = (password: string) => `postgres://kiloclaw:${password}@127.0.0.1:5432/kiloclaw`;
    expect(() => checkSettings({ ...sound, DATABASE_URL: url(strong()) }, secrets)).not.toThrow();
    expect(() => checkSettings({ ...sound, DATABASE_URL: url('PASSWORD') }, secrets)).toThrow(
      'DATABASE_URL: is an example',
    );
  });

  it.each([
    ['KILOCLAW_INTERNAL_API_KEY', secrets.internalApiKey],
    ['KILOCLAW_AUTH_SECRET', secrets.authSecret],
    ['KILOCLAW_AUTH_SECRET', secrets.databasePassword],
    ['KILOCLAW_ENCRYPTION_KEYS', secrets.encryptionKeys],
    ['KILOCLAW_ENCRYPTION_KEYS', `${sound.KILOCLAW_ENCRYPTION_KEYS},${secrets.encryptionKeys}`],
    ['FLY_API_TOKEN', secrets.flySimulatorToken],
  ])('takes no secret of the data folder: %s', (name, value) => {
    expect(() => checkSettings({ ...sound, [name]: value }, secrets)).toThrow(
      `${name}: was made for development`,
    );
  });

  it('is refused by either Worker itself, should nobody have looked before', () => {
    const weak = 'z'.repeat(32);
    const fleetId = '0f0e0d0c-0b0a-4908-8706-050403020100';
    const given = { ...sound, KILOCLAW_FLEET_ID: fleetId };
    expect(() => readSettings({ ...given, KILOCLAW_INTERNAL_API_KEY: weak })).toThrow(/too weak/);
    expect(() => readWebSettings({ ...given, KILOCLAW_AUTH_SECRET: weak })).toThrow(/too weak/);
    expect(() =>
      readWebSettings({ ...given, KILOCLAW_AUTH_SECRET: given.KILOCLAW_INTERNAL_API_KEY }),
    ).toThrow(/same secret/);
  });
});

it('a variable that no program reads is told, and an empty one is none', () => {
  expect(
    unknownVariables({
      KILOCLAW_ENVV: 'x',
      NF_TEAM: 'team',
      KILOCLAW_WEB_POTR: '',
      KILOCLAW_API_KEY: 'x',
      PATH: '/bin',
    }),
  ).toEqual([
    'KILOCLAW_ENVV is no setting and is ignored: KILOCLAW_ENV is the nearest that is one.',
    'NF_TEAM is no setting and is ignored: NF_TEAM_ID is the nearest that is one.',
  ]);
});
