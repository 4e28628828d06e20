/** Hardware that the record does not have yet. */
import { resolveInstanceTypeFromState } from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf } from '@kiloclaw/platform-contract';
import { backfilled } from '../backfill.ts';
import { CLOCK_SKEW_MS } from '../bounds.ts';
import { adopt, type Phase, withState } from './scope.ts';

/** Machine and volume of one look together: a half-known instance would be planned for by its half. */
export const reconcileUnknownHardware: Phase = ({ sight, capabilities, now }, verdict) => {
  const { state } = verdict;
  const { machine, volume } = sight;
  if (machine === undefined || volume === undefined) return verdict;
  const learned = backfilled(state, { machine, volume }, capabilities, now);
  if (learned === state) return verdict;
  return adopt(verdict, learned, { what: 'hardware_learned', from: null, to: learned.instanceType });
};

/** A size of an older record, stored without its label, is stored as what it reads as. */
export const reconcileLabel: Phase = ({ capabilities }, verdict) => {
  const { state } = verdict;
  if (state.machineSize === null || state.instanceType !== null) return verdict;
  const instanceType = resolveInstanceTypeFromState(state, cpuObservabilityOf(capabilities));
  return adopt(verdict, { ...state, instanceType }, { what: 'label_learned', from: null, to: instanceType });
};

/** That the machine was killed for want of memory is kept with the size that was too little, for whoever asks for more. */
export const reconcileMemoryWant: Phase = ({ sight, now }, verdict) => {
  const { state } = verdict;
  const at = sight.machine?.outOfMemoryAtMs ?? null;
  const isNewer = at !== null && at > (state.lastOutOfMemory?.at ?? -1) && at <= now + CLOCK_SKEW_MS;
  if (!isNewer) return verdict;
  const machineSize = state.applied?.given ?? sight.machine?.size ?? null;
  return withState(verdict, { ...state, lastOutOfMemory: { at, machineSize } });
};
