import { router } from '../../trpc/init.ts';
import { audit } from './audit.ts';
import { fleet } from './fleet.ts';
import { counts } from './instances/counts.ts';
import { exportCsv } from './instances/export.ts';
import {
  clearSizeOverride,
  clearSizeOverridePlan,
  extendVolume,
  extendVolumePlan,
  resize,
  resizePlan,
  setSizeOverride,
  setSizeOverridePlan,
} from './instances/hardware.ts';
import { list } from './instances/list.ts';
import { owner } from './instances/owner.ts';
import { act, retryOperation } from './instances/power.ts';
import { provision } from './instances/provision.ts';
import { get, operation, operations } from './instances/read.ts';
import { repair, replaceVolume } from './instances/repair.ts';
import { overrides } from './overrides.ts';
import { people } from './people/people-router.ts';
import { providers } from './providers.ts';
import { tiers } from './tiers.ts';

export const adminRouter = router({
  providers,
  tiers,
  fleet,
  overrides,
  audit,
  people,
  instances: router({
    list,
    counts,
    export: exportCsv,
    owner,
    get,
    operations,
    operation,
    act,
    retryOperation,
    resizePlan,
    resize,
    setSizeOverridePlan,
    setSizeOverride,
    clearSizeOverridePlan,
    clearSizeOverride,
    extendVolumePlan,
    extendVolume,
    provision,
    repair,
    replaceVolume,
  }),
});
