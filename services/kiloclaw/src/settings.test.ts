import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingsError } from '@kiloclaw/settings';
import { describe, expect, it } from 'vitest';
import { PLAN_VARIABLES } from './providers/northflank/plan-choice.ts';
import { readSettings } from './settings.ts';

const WRANGLER = join(import.meta.dirname, '../wrangler.jsonc');
const SOUND = {
  KILOCLAW_ENV: 'development',
  KILOCLAW_FLEET_ID: '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11',
  KILOCLAW_INTERNAL_API_KEY: 'i'.repeat(32),
  KILOCLAW_ENCRYPTION_KEYS: `k1:${btoa('x'.repeat(32))}`,
};

describe('the settings', () => {
  it('take an empty value as absent', () => {
    const settings = readSettings({ ...SOUND, RECONCILE_RUNNING_S: '', FLY_API_TOKEN: '' });
    expect(settings.RECONCILE_RUNNING_S).toBe(300);
    expect(settings.FLY_API_TOKEN).toBeUndefined();
  });

  it('read the headers of a collector as OpenTelemetry writes them', () => {
    const OTEL_EXPORTER_OTLP_HEADERS = 'x-key=a%20b%3D, authorization=Bearer%20abc';
    const settings = readSettings({ ...SOUND, OTEL_EXPORTER_OTLP_HEADERS });
    expect(settings.OTEL_EXPORTER_OTLP_HEADERS).toEqual({ 'x-key': 'a b=', authorization: 'Bearer abc' });
    expect(readSettings(SOUND).OTEL_EXPORTER_OTLP_HEADERS).toEqual({});
  });

  it.each([
    ['KILOCLAW_INTERNAL_API_KEY', 'short'],
    ['KILOCLAW_ENCRYPTION_KEYS', 'k1:c2hvcnQ='],
    ['KILOCLAW_ENCRYPTION_KEYS', `k1:${btoa('x'.repeat(32))}:more`],
    ['KILOCLAW_FLEET_ID', 'fleet'],
    ['KILOCLAW_API_KEYS', 'grafana:read:short'],
    ['KILOCLAW_API_KEYS', `grafana:write:${'k'.repeat(32)}`],
    ['KILOCLAW_METRICS_TOKEN', 'short'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector.example.com:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://alice:password@collector.example.com'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a key without a value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=two%0Alines'],
    ['KILOCLAW_API_KEYS', `ci:read:${'a'.repeat(24)},ci:read:${'b'.repeat(24)}`],
    ['KILOCLAW_API_KEYS', `ci:read:${'a'.repeat(24)},cd:full:${'a'.repeat(24)}`],
    ['KILOCLAW_API_KEYS', `ci:read:${'i'.repeat(32)}`],
    ['KILOCLAW_API_KEYS', `ci:read:${'a'.repeat(24)}:b`],
    [
      'KILOCLAW_API_KEYS',
      Array.from({ length: 101 }, (_, n) => `k${n}:read:${`${n}`.padEnd(24, 'a')}`).join(),
    ],
    ['KILOCLAW_ENCRYPTION_KEYS', `k1:${btoa('x'.repeat(32))},k1:${btoa('y'.repeat(32))}`],
    ['RECONCILE_BUSY_S', '-1'],
    ['FLY_API_BASE_URL', 'ftp://example.com'],
    ['NF_API_BASE_URL', 'api.northflank.com'],
    ['NF_TEAM_ID', 'a/team'],
    ['NF_PROJECT_PREFIX', 'a-prefix-that-is-too-long'],
    ['NF_PROJECT_PREFIX', 'two--hyphens'],
    ['NF_DEPLOYMENT_PLAN', 'nf-compute-3'],
    ['NF_DEPLOYMENT_PLAN_PERF_4_16', 'nf-compute-50'],
    ['NF_DEPLOYMENT_PLAN_SHARED_2_3', 'huge'],
    ['NF_VOLUME_SIZE_MB', '10000'],
    ['NF_ACCESS_MODE', 'ReadOnlyMany'],
    ['DOCKER_LOCAL_PORT_RANGE', '28999-28000'],
    ['DOCKER_LOCAL_PORT_RANGE', '1000-2000'],
    ['DOCKER_LOCAL_PORT_RANGE', '60000-70000'],
    ['DOCKER_LOCAL_PORT_RANGE', '28000'],
    ['DOCKER_LOCAL_HOST_ADDRESS', 'http://host/'],
  ])('refuse a wrong %s by its name, without its value', (name, value) => {
    const read = () => readSettings({ ...SOUND, [name]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(value === '-1' ? '=-1' : value);
  });

  it('read a range of ports', () => {
    const read = (value: string) => readSettings({ ...SOUND, DOCKER_LOCAL_PORT_RANGE: value });
    expect(read('1024-65535').DOCKER_LOCAL_PORT_RANGE).toEqual({ first: 1_024, last: 65_535 });
    expect(read('').DOCKER_LOCAL_PORT_RANGE).toEqual({ first: 28_000, last: 28_999 });
  });

  it('name what is missing', () => {
    expect(() => readSettings({})).toThrow(
      /KILOCLAW_FLEET_ID.*KILOCLAW_INTERNAL_API_KEY.*KILOCLAW_ENCRYPTION_KEYS/,
    );
  });

  it('read named keys with their scopes, and regions in their order', () => {
    const settings = readSettings({
      ...SOUND,
      KILOCLAW_API_KEYS: `grafana:read:${'a'.repeat(24)}, ci:full:${'b'.repeat(24)}`,
      FLY_REGION: 'fra, iad',
    });
    expect(settings.KILOCLAW_API_KEYS.map(({ name, scope }) => [name, scope])).toEqual([
      ['grafana', 'read'],
      ['ci', 'full'],
    ]);
    expect(settings.FLY_REGION).toEqual(['fra', 'iad']);
  });

  it.each(PLAN_VARIABLES)('take %s for the plan of its tier, and an empty one as absent', (variable) => {
    expect(readSettings({ ...SOUND, [variable]: 'nf-compute-400' })[variable]).toBe('nf-compute-400');
    expect(readSettings({ ...SOUND, [variable]: '' })[variable]).toBeUndefined();
  });

  it('are committed without a plan that is empty: it would look as if one were set', async () => {
    const committed = await readFile(WRANGLER, 'utf8');
    expect(committed).toContain('kiloclaw-control-plane');
    expect(committed).not.toMatch(/NF_DEPLOYMENT_PLAN\w*"?\s*[:=]\s*""/);
  });
});
