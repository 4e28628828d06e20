/** What every phase of the reconcile works on, and what it hands on. */
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { Log } from '../deps.ts';
import type { InstanceState } from '../state.ts';
import type { ReconcileMemory } from './memory.ts';
import type { Sight } from './sight.ts';

export interface ReconcileScope {
  readonly sight: Sight;
  readonly capabilities: ProviderCapabilities;
  readonly memory: ReconcileMemory;
  readonly log: Log;
  readonly now: number;
}

/** What is adopted on an observation's word alone, and so has its entry in the timeline. */
export interface Adoption {
  readonly what:
    | 'machine_recovered'
    | 'machine_forgotten'
    | 'hardware_learned'
    | 'label_learned'
    | 'volume_recovered'
    | 'volume_learned'
    | 'volume_grown';
  readonly from: string | number | null;
  readonly to: string | number | null;
}

/** The state as it is to become, so far. */
export interface Verdict {
  readonly state: InstanceState;
  readonly adoptions: readonly Adoption[];
}

/** Compares one thing with the record. Synchronous, and within the segment that stores the outcome. */
export type Phase = (scope: ReconcileScope, verdict: Verdict) => Verdict;

/** Goes on with the state, and remembers what was adopted for the timeline. */
export function adopt({ adoptions }: Verdict, state: InstanceState, adoption: Adoption): Verdict {
  return { state, adoptions: [...adoptions, adoption] };
}

/** Goes on with the state; nothing of it is told in the timeline. */
export function withState(verdict: Verdict, state: InstanceState): Verdict {
  return { ...verdict, state };
}
