import { effectiveMachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { InstanceState } from '../state.ts';

/** Whether a running machine was last started with another size than the next start will ask for. */
export function isPendingRestart(state: InstanceState, now: number): boolean {
  const effective = effectiveMachineSize({ ...state, now });
  if (state.status !== 'running' || state.applied === null || effective === null) return false;
  return !sameMachineSize(state.applied.asked, effective);
}

/** What `apply: "now"` goes by: a running machine of which nobody knows what it was started with is restarted as well. */
export function waitsForRestart(state: InstanceState, now: number): boolean {
  return (state.status === 'running' && state.applied === null) || isPendingRestart(state, now);
}
