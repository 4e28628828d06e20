/** What an instance and its provider show, in the model's words. */
import { AdminSizeOverridePayloadSchema, MachineSizeSchema } from '@kiloclaw/instance-tiers';
import type { InstanceState } from '../../state.ts';
import type { TestInstance } from '../../testing/test-instance.ts';
import { LADDER, type Lent, type Picture, type Rung, type Told } from './model.ts';

const MEMORY_MB: Record<Rung, number> = { 'perf-1-3': 3072, 'perf-4-8': 8192, 'perf-4-16': 16384 };

/** The rung of a machine size; throws on a size that no history has asked for. */
function rungOf(size: unknown): Rung {
  const { memory_mb } = MachineSizeSchema.parse(size);
  const rung = LADDER.find((key) => MEMORY_MB[key] === memory_mb);
  if (rung === undefined) throw new Error(`nobody asked for a machine of ${memory_mb} MB`);
  return rung;
}

function lentOf(override: unknown): Lent | null {
  if (override === null) return null;
  const { machineSize, expiresAt } = AdminSizeOverridePayloadSchema.parse(override);
  return { size: rungOf(machineSize), expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) };
}

export function pictureOf(test: TestInstance): Picture {
  const state = test.state();
  const { instanceType, machineSize, volumeSizeGb } = state;
  if (machineSize === null || volumeSizeGb === null) throw new Error('the hardware is not known any more');
  return {
    status: statusOf(state),
    instanceType: instanceType === 'custom' ? instanceType : rungOf(machineSize),
    machineSize: rungOf(machineSize),
    volumeSizeGb,
    override: lentOf(state.adminMachineSizeOverride),
    applied: state.applied === null ? null : rungOf(state.applied.asked),
    atProvider: atProviderOf(test),
  };
}

function statusOf({ status }: InstanceState): Picture['status'] {
  if (status === 'running' || status === 'stopped' || status === 'destroyed') return status;
  throw new Error(`came to rest as ${status}`);
}

/** Null where nothing is left; throws where half of it is, or more than one of a kind. */
function atProviderOf({ world }: TestInstance): Picture['atProvider'] {
  const [machine, ...otherMachines] = world.machines;
  const [volume, ...otherVolumes] = world.volumes;
  if (otherMachines.length > 0 || otherVolumes.length > 0) throw new Error('more than one machine or volume');
  if (machine === undefined && volume === undefined) return null;
  if (machine === undefined || volume === undefined) throw new Error('half of the instance is left');
  return { state: machine.state, size: rungOf(machine.spec.size), volumeSizeGb: volume.sizeGb };
}

/** An operation's result, as far as the model tells it. */
export function toldOf(result: Readonly<Record<string, unknown>> | null): Told {
  if (result === null) return null;
  const told = Object.entries(result).map(([key, value]) => {
    if (key === 'effectiveSize') return [key, rungOf(value)];
    return key === 'previousOverride' || key === 'clearedOverride' ? [key, lentOf(value)] : [key, value];
  });
  return Object.fromEntries(told) as Told;
}
