/** Names by which callers, operators and readers of the code find their way: they stay where they are. */
import {
  AdminSizeOverridePayloadSchema,
  canUpgradeTo,
  DEFAULT_INSTANCE_TIER,
  effectiveMachineSize,
  INSTANCE_TIER_KEYS,
  MachineSizeSchema,
  resolveInstanceTypeFromState,
} from '@kiloclaw/instance-tiers';
import { API_BASE, ROUTES } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import { recordVolumeExtend } from './instance/hardware/record.ts';
import { InstanceObject } from './instance/instance-object.ts';
import { StateSchema } from './instance/state.ts';
import { parseMachineSizeFromFlyGuest } from './providers/fly/guest.ts';
import { instanceColumns } from './testing/registry.ts';

it.each(
  Object.entries({
    canUpgradeTo,
    effectiveMachineSize,
    resolveInstanceTypeFromState,
    recordVolumeExtend,
    parseMachineSizeFromFlyGuest,
  }),
)('%s is a function', (_name, value) => expect(value).toBeTypeOf('function'));

it.each(Object.entries({ MachineSizeSchema, AdminSizeOverridePayloadSchema }))(
  '%s is a schema',
  (_name, schema) => expect(schema.safeParse).toBeTypeOf('function'),
);

it('the tiers have their keys and their default', () => {
  const keys = ['perf-1-3', 'perf-4-8', 'perf-4-16', 'shared-2-3', 'shared-2-4'];
  expect(INSTANCE_TIER_KEYS).toEqual(keys);
  expect(DEFAULT_INSTANCE_TIER).toBe('perf-1-3');
});

it.each([
  'resizeMachine',
  'setAdminMachineSizeOverride',
  'clearAdminMachineSizeOverride',
  'getStatus',
  'getDebugState',
] as const)('an instance’s object answers %s', (name) =>
  expect(InstanceObject.prototype[name]).toBeTypeOf('function'),
);

it.each(['instanceType', 'machineSize', 'volumeSizeGb', 'adminMachineSizeOverride'])(
  'an instance’s record has the field %s',
  (field) => expect(Object.keys(StateSchema.shape)).toContain(field),
);

it('the registry’s table is kiloclaw_instances, with its columns', async () => {
  const names = ['instance_type', 'admin_size_override', 'tracked_image_tag'];
  expect(await instanceColumns()).toEqual(expect.arrayContaining(names));
});

it('the routes of provisioning and extending stay', () => {
  const paths = [ROUTES.provision, ROUTES.extendVolume].map(({ path }) => API_BASE + path);
  expect(paths).toEqual(['/api/platform/provision', '/api/platform/extend-volume']);
});
