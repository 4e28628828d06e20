/** Resize, size override and volume extend: what each of them asks for, plans, and changes when it is accepted. */
import { AdminSizeOverridePayloadSchema, tierOf } from '@kiloclaw/instance-tiers';
import { type Result, refuse } from '@kiloclaw/platform-contract';
import { rfc3339 } from '../../time.ts';
import type { Instance } from '../instance.ts';
import type {
  ClearSizeOverrideCall,
  ExtendVolumeCall,
  HardwareAnswer,
  ResizeCall,
  SetSizeOverrideCall,
} from '../instance-rpc.ts';
import type { InstanceState } from '../state.ts';
import { changeHardware } from './change-hardware.ts';
import { planExtend } from './plan-extend.ts';
import { planClearOverride, planSetOverride } from './plan-override.ts';
import { planResize } from './plan-resize.ts';
import { refusePreset } from './preset-refusal.ts';
import { withOverride, withoutOverride } from './record.ts';

const asItIs = (state: InstanceState) => state;

/** Another tier, for good; refused by the upgrade policy against the actual hardware. */
export function resizeMachine(instance: Instance, call: ResizeCall): Promise<Result<HardwareAnswer>> {
  const { targetTier, apply } = call;
  return changeHardware(instance, {
    kind: 'resize',
    call,
    asked: { targetTier, apply },
    size: { ...tierOf(targetTier).machineSize },
    plan: (facts) => planResize(facts, { targetTier, apply }),
    params: () => ({ targetTier, apply }),
    begin: asItIs,
  });
}

/** How to mend each field of an override that its schema refuses. */
const OVERRIDE_WAYS_OUT: Readonly<Record<string, string>> = {
  machineSize: 'give cpus, memory_mb and cpu_kind of a machine.',
  preset: 'name one of the presets, or null.',
  reason: 'say in 1 to 500 characters why the size is lent.',
  actorId: 'give the id of the actor, not an e-mail address.',
  expiresAt: 'give a time as RFC 3339 says, such as 2026-01-08T00:00:00Z, or null.',
};

/** The bounds of an override hold at the object too, whoever calls it. */
export async function setAdminMachineSizeOverride(
  instance: Instance,
  call: SetSizeOverrideCall,
): Promise<Result<HardwareAnswer>> {
  const { machineSize, preset, expiresAt, apply } = call;
  const authorized = instance.authorize(call.caller, 'set_override');
  if (!authorized.ok) return authorized;
  if (machineSize === null) return refusePreset(instance, authorized.value, call);
  const parsed = AdminSizeOverridePayloadSchema.safeParse({
    machineSize,
    ...(preset !== null && { preset }),
    reason: call.reason,
    actorId: call.caller.actor.id,
    setAt: rfc3339(instance.deps.clock.now()),
    ...(expiresAt !== null && { expiresAt }),
  });
  if (!parsed.success) {
    const path = String(parsed.error.issues[0]?.path[0]);
    return refuse('invalid_request', `${path}: ${OVERRIDE_WAYS_OUT[path]}`, { path });
  }
  const override = parsed.data;
  const { reason, actorId: actor } = override;
  return changeHardware(instance, {
    kind: 'set_override',
    call,
    asked: { machineSize, preset, reason, expiresAt, apply, actor },
    size: override.machineSize,
    plan: (facts) => planSetOverride(facts, { override, apply }),
    params: (state) => ({ apply, override, previousOverride: state.adminMachineSizeOverride }),
    begin: (state) => withOverride(state, override),
  });
}

/** Takes a lent size back. Clearing what is not set is a success. */
export function clearAdminMachineSizeOverride(
  instance: Instance,
  call: ClearSizeOverrideCall,
): Promise<Result<HardwareAnswer>> {
  const { apply } = call;
  return changeHardware(instance, {
    kind: 'clear_override',
    call,
    asked: { apply },
    size: null,
    plan: (facts) => planClearOverride(facts, { apply }),
    params: (state) => ({ apply, previousOverride: state.adminMachineSizeOverride }),
    begin: withoutOverride,
  });
}

/** A larger volume, whole GB in all; `appName` and `volumeId` have to be this instance’s own where they are given. */
export function extendVolume(instance: Instance, call: ExtendVolumeCall): Promise<Result<HardwareAnswer>> {
  const { targetSizeGb, appName, volumeId } = call;
  const wish = { targetSizeGb, appName, volumeId };
  return changeHardware(instance, {
    kind: 'extend_volume',
    call,
    asked: wish,
    size: null,
    plan: (facts) => planExtend(facts, wish),
    params: () => ({ targetSizeGb }),
    begin: asItIs,
  });
}
