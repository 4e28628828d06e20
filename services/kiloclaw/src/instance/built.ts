/** What a machine that nobody here has built was built as, by its own word. Pure. */
import { isSizeOverrideActive } from '@kiloclaw/instance-tiers';
import type { MachineObservation } from '../providers/provider.ts';
import { appliedFrom, builtAsTold } from './operations/machine-spec.ts';
import type { Built, InstanceState } from './state.ts';

/**
 * The state with what the machine tells of itself, where that is not on record: there is a size to go back to then, and
 * a running machine has been started with something.
 */
export function withBuiltSeen(state: InstanceState, machine: MachineObservation, now: number): InstanceState {
  if (state.built !== null) return state;
  const built = builtAsTold(machine) ?? builtUntold(state, machine, now);
  if (built === null) return state;
  const isRunning = machine.state === 'running' && state.applied === null;
  return { ...state, built, applied: isRunning ? appliedFrom(built, {}) : state.applied };
}

/** One that does not say where its size came from has its own, unless it may be lent. */
function builtUntold(
  { adminMachineSizeOverride: override, applied, restoredAt }: InstanceState,
  { size, nominalSize, configurationFingerprint }: MachineObservation,
  now: number,
): Built | null {
  const isLent = override !== null && isSizeOverrideActive(override, now);
  const mayBeLent = restoredAt !== null || isLent || applied?.source === 'override';
  if (size === null || mayBeLent) return null;
  return { size, asked: nominalSize ?? size, sizeSource: 'tier', configurationFingerprint };
}
