import { readSettings } from '@kiloclaw/control-plane/settings';
import { describe, expect, it } from 'vitest';
import { checkSettings, workerSettings } from './configuration.ts';
import type { Secrets } from './secrets.ts';

const secrets: Secrets = {
  internalApiKey: 'a'.repeat(43),
  encryptionKeys: `development:${Buffer.alloc(32, 7).toString('base64')}`,
  databasePassword: 'b'.repeat(43),
  flySimulatorToken: 'c'.repeat(43),
  northflankSimulatorToken: 'f'.repeat(43),
  webDatabasePassword: 'd'.repeat(43),
  authSecret: 'e'.repeat(43),
};
const fleetId = '0f0e0d0c-0b0a-4908-8706-050403020100';
const flySimulator = { url: 'http://127.0.0.1:9', token: secrets.flySimulatorToken };
const northflankSimulator = { url: 'http://127.0.0.1:10', token: secrets.northflankSimulatorToken };
const found = { fleetId, flySimulator, northflankSimulator };

describe("the control plane's settings", () => {
  it('are whole with nothing set: development, with secrets of its own and the simulators', () => {
    const settings = workerSettings({}, secrets, found);
    expect(readSettings(settings)).toMatchObject({
      KILOCLAW_ENV: 'development',
      KILOCLAW_FLEET_ID: fleetId,
      KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
      FLY_API_TOKEN: flySimulator.token,
      FLY_API_BASE_URL: flySimulator.url,
      NF_API_TOKEN: northflankSimulator.token,
      NF_API_BASE_URL: northflankSimulator.url,
      NF_DEPLOYMENT_PLAN_PERF_4_8: 'nf-compute-400',
    });
  });

  it('are what the environment says where it says something, and nothing else of it', () => {
    const env = {
      KILOCLAW_INTERNAL_API_KEY: 'k'.repeat(24),
      RECONCILE_BUSY_S: '1',
      FLY_REGION: '',
      HOME: '/x',
    };
    const settings = workerSettings(env, secrets, found);
    expect(settings).toMatchObject({ KILOCLAW_INTERNAL_API_KEY: 'k'.repeat(24), RECONCILE_BUSY_S: '1' });
    expect(settings).not.toHaveProperty('FLY_REGION');
    expect(settings).not.toHaveProperty('HOME');
  });

  it.each([
    [{ FLY_API_TOKEN: 'real' }, { flySimulator: null }],
    [{ NF_API_TOKEN: 'real' }, { northflankSimulator: null }],
  ])('offer no demo image to a real provider, which could not pull it: %j', (env, real) => {
    const settings = workerSettings(env, secrets, { ...found, ...real });
    expect(settings).not.toHaveProperty('KILOCLAW_DEFAULT_IMAGE');
  });

  it('choose plans for the Northflank simulator where nobody else has', () => {
    const env = { NF_DEPLOYMENT_PLAN: 'nf-compute-200', NF_DEPLOYMENT_PLAN_PERF_4_8: '' };
    const settings = workerSettings(env, secrets, found);
    expect(Object.entries(settings).filter(([name]) => name.startsWith('NF_DEPLOYMENT_PLAN'))).toEqual([
      ['NF_DEPLOYMENT_PLAN', 'nf-compute-200'],
    ]);
  });

  it('never begin a production with secrets made for development', () => {
    expect(() => checkSettings({ KILOCLAW_ENV: 'production' }, secrets)).toThrow('KILOCLAW_INTERNAL_API_KEY');
  });

  it('speak of no simulator in a production', () => {
    const env = { KILOCLAW_ENV: 'production', NF_API_BASE_URL: 'https://api.example.com' };
    expect(() => checkSettings(env, secrets)).toThrow(
      /^NF_API_BASE_URL goes with NF_API_TOKEN: set both, or neither\.$/,
    );
  });

  it.each([
    [{ KILOCLAW_INTERNAL_API_KEY: 'hunter2' }, 'KILOCLAW_INTERNAL_API_KEY'],
    [{ RECONCILE_IDLE_S: 'often' }, 'RECONCILE_IDLE_S'],
    [{ FLY_API_BASE_URL: 'http://127.0.0.1:1' }, 'FLY_API_BASE_URL goes with FLY_API_TOKEN'],
    [{ NF_API_BASE_URL: 'http://127.0.0.1:1' }, 'NF_API_BASE_URL goes with NF_API_TOKEN'],
  ])('are refused by name and without the value: %j', (env, sentence) => {
    const check = () => checkSettings(env, secrets);
    expect(check).toThrow(sentence);
    expect(check).not.toThrow(/hunter2|often/);
  });
});
