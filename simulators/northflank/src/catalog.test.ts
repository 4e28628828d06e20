import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PLANS, planOf, REGIONS } from './catalog.ts';
import { field } from './testing/harness.ts';

const published: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '../testdata/northflank-plans.json'), 'utf8'),
);

describe('the catalog', () => {
  it('has the published plans', () => {
    const rows = PLANS.map(({ id, vcpu, ramMb, usdMonth, usdHour }) => ({
      id,
      vcpu,
      ram_mb: ramMb,
      usd_month: usdMonth,
      usd_hour: usdHour,
      build_capable: field(
        field(published, 'compute_plans'),
        `${PLANS.findIndex((plan) => plan.id === id)}.build_capable`,
      ),
    }));
    expect(rows).toEqual(field(published, 'compute_plans'));
    expect(planOf('nf-compute-400')).toMatchObject({ vcpu: 4, ramMb: 8192 });
    expect(planOf('nf-compute-9')).toBeNull();
  });

  it('has the published regions', () => {
    const rows = REGIONS.map(({ id, name, group, cloudRegion }) => ({
      id,
      name,
      group,
      cloud_region: cloudRegion,
    }));
    expect(rows).toEqual(field(published, 'regions'));
  });
});
