import { describe, expect, it } from 'vitest';
import { renderConfiguration, SETTING_SHAPES } from './configuration.ts';

/** What installations are told to set: a name that goes would leave them with a variable that nobody reads. */
const PROMISED = [
  ...['DATABASE_URL', 'KILOCLAW_INTERNAL_API_KEY', 'KILOCLAW_API_KEYS', 'KILOCLAW_ENCRYPTION_KEYS'],
  ...['KILOCLAW_AUTH_SECRET', 'KILOCLAW_WEB_ORIGIN', 'KILOCLAW_DATA_DIR', 'KILOCLAW_ENV'],
  ...['KILOCLAW_ADMIN_EMAIL', 'KILOCLAW_WEB_PORT', 'KILOCLAW_API_PORT', 'FLY_API_TOKEN', 'FLY_API_BASE_URL'],
  ...['FLY_ORG_SLUG', 'FLY_REGION', 'FLY_APP_PREFIX', 'NF_API_TOKEN', 'NF_API_BASE_URL', 'NF_TEAM_ID'],
  ...['NF_REGION', 'NF_DEPLOYMENT_PLAN', 'NF_DEPLOYMENT_PLAN_PERF_1_3', 'NF_DEPLOYMENT_PLAN_PERF_4_8'],
  ...['NF_DEPLOYMENT_PLAN_PERF_4_16', 'NF_VOLUME_SIZE_MB', 'DOCKER_HOST', 'DOCKER_LOCAL_CLAMP'],
  ...['KILOCLAW_DEFAULT_IMAGE', 'KILOCLAW_MOUNT_PATH', 'KILOCLAW_MACHINE_PORT', 'RECONCILE_RUNNING_S'],
  ...['RECONCILE_IDLE_S', 'RECONCILE_BUSY_S', 'LIVE_CHECK_S', 'OPERATION_WAIT_S'],
];

describe('docs/configuration.md', () => {
  const rows = renderConfiguration()
    .split('\n')
    .filter((line) => line.startsWith('| `'));

  it('has a whole row for every variable that any program reads', () => {
    const names = new Set(Object.values(SETTING_SHAPES).flatMap((shape) => Object.keys(shape)));
    expect(rows.map((row) => row.split('`')[1]).sort()).toEqual([...names].sort());
    for (const row of rows) expect(row).toMatch(/^(\| [^|\n]+ ){2}\|[^|\n]*(\| [^|\n]+ ){2}\|$/);
  });

  it.each(PROMISED)('has %s', (name) => {
    expect(rows.some((row) => row.startsWith(`| \`${name}\` |`))).toBe(true);
  });

  it('tells a default, and what is needed', () => {
    expect(rows.find((row) => row.includes('`KILOCLAW_WEB_PORT`'))).toContain('| `4400` |');
    expect(rows.find((row) => row.includes('`KILOCLAW_FLEET_ID`'))).toContain('| *needed* |');
    expect(rows.find((row) => row.includes('`FLY_API_TOKEN`'))).toContain('*(secret)*');
  });
});
