import { router } from '../../trpc/init.ts';
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
import { act, retryOperation } from './instances/power.ts';
import { provision } from './instances/provision.ts';
import { get, operation, operations } from './instances/read.ts';
import { repair, replaceVolume } from './instances/repair.ts';
import { invite } from './people/invite.ts';
import { resetLink } from './people/reset-link.ts';
import { tiers } from './tiers.ts';

export const adminRouter = router({
  tiers,
  instances: router({
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
  people: router({ invite, resetLink }),
});
