/** A body of each changing route, typed by the contract: what readers of the documents copy first. */
import {
  ProviderIdSchema,
  REPLACE_VOLUME_CONFIRMATION,
  type RouteInput,
  type RouteName,
} from '@kiloclaw/platform-contract';

const userId = 'user-1';
const instanceId = '0190a7c4-5c1e-7a3b-9d42-3f0c6e8b1a27';
const target = { userId, instanceId };
const provider = ProviderIdSchema.parse(ProviderIdSchema.options[0]);
const actor = { kind: 'admin', id: 'support-1' } as const;

export const BODY_EXAMPLES: { readonly [Name in RouteName]?: RouteInput<Name> } = {
  provision: { userId, userEmail: 'alice@example.com', instanceType: 'perf-1-3', name: 'gateway' },
  start: target,
  stop: target,
  restart: target,
  destroy: target,
  resize: { ...target, targetTier: 'perf-4-8', dryRun: true },
  extendVolume: { ...target, targetSizeGb: 20 },
  setSizeOverride: {
    ...target,
    actor,
    preset: 'perf-4-16',
    reason: 'Out of memory during an import',
    expiresAt: '2026-12-01T00:00:00Z',
    apply: 'now',
  },
  clearSizeOverride: { ...target, actor },
  repair: { ...target, finding: 'volume_not_mounted', choice: 'remount' },
  replaceVolume: { ...target, confirm: REPLACE_VOLUME_CONFIRMATION },
  retryOperation: target,
  scrubPerson: { userId, actor },
  fixCheckup: { ...target, actor },
  reseal: { limit: 50, actor },
  deleteOrphans: {
    provider,
    resources: [{ kind: 'volume', id: 'vol_2n5k', instanceId }],
    actor,
  },
};
