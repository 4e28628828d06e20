import { PLANS, REGIONS } from './catalog.ts';
import type { Reply } from './route.ts';

/** GET /v1/plans, without a token. */
export function listPlans(): Reply {
  const plans = PLANS.map(({ id, vcpu, ramMb, usdMonth, usdHour }) => ({
    id,
    name: id,
    currency: 'usd',
    amountPerMonth: usdMonth,
    amountPerHour: usdHour,
    cpuResource: vcpu,
    ramResource: ramMb,
  }));
  return { status: 200, data: { plans } };
}

/** GET /v1/regions, without a token. */
export function listRegions(): Reply {
  const regions = REGIONS.map(({ id, name, group, cloudRegion }) => ({
    id,
    name,
    regionName: group,
    provider: { id: cloudRegion.split('/')[0], region: cloudRegion.split('/')[1] },
    gpuDevices: [],
  }));
  return { status: 200, data: { regions } };
}
