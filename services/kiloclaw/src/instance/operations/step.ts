/** What a step of an operation is: one effect on the outside world, and how to know whether it has happened. */
import type { Failure, ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { MachineSpec, Provider, Resources, ResourcesLearned } from '../../providers/provider.ts';
import { lookAgainMs } from '../bounds.ts';
import type { Vault } from '../deps.ts';
import type { InstanceState } from '../state.ts';
import type { Operation, OperationFacts } from './operation.ts';

/** What a step may look at: the record and the operation as they were when its intent was stored. */
export interface StepScope {
  readonly state: InstanceState;
  readonly operation: Operation;
  readonly now: number;
}

/** How a step reaches the outside. */
export interface StepTools {
  readonly provider: Provider;
  readonly vault: Vault;
}

export type StepOutcome =
  | {
      readonly kind: 'done';
      /** Ids that became known: recorded whatever else has happened meanwhile. */
      readonly learned?: ResourcesLearned;
      readonly facts?: OperationFacts;
      /** Goes into the state with the commit, while the operation is still the one that runs. */
      readonly commit?: (state: InstanceState, now: number) => InstanceState;
    }
  /** Not there yet, and nothing is wrong. */
  | {
      readonly kind: 'not_yet';
      readonly afterMs: number;
      /** 0 to 100, where the provider tells how far it is. */
      readonly progressPercent?: number;
    }
  /** Things are not as the steps before left them: go back to the named one. Counts as a failed try. */
  | {
      readonly kind: 'rewind';
      readonly to: string;
      readonly facts?: OperationFacts;
      readonly afterMs: number;
    };

export interface Step {
  readonly name: string;
  /** Whether the step has anything to do; pure. One without it always runs. */
  readonly applies?: (scope: StepScope) => boolean;
  /** Asked before an effect whose last answer was lost: what there is, or null when there is none. */
  readonly look?: (scope: StepScope, tools: StepTools) => Promise<ResourcesLearned | null>;
  /**
   * How long an effect whose answer was lost may still land. Set where the provider itself would not refuse
   * the second one: its absence is believed, and it is asked for again, only afterwards.
   */
  readonly settleMs?: number;
  readonly act: (scope: StepScope, tools: StepTools) => Promise<StepOutcome>;
  /** What else can be done where `act` was refused, or null where the refusal stands; pure. */
  readonly recover?: (
    scope: StepScope,
    error: unknown,
    capabilities: ProviderCapabilities,
  ) => StepOutcome | null;
  /** What having learned by `look` or `act` commits; pure. */
  readonly commit?: (scope: StepScope, state: InstanceState) => InstanceState;
}

/** Not there yet: the longer the step has waited, the later is its next look. */
export function notYet({
  operation: { steps, position },
  now,
}: StepScope): Extract<StepOutcome, { kind: 'not_yet' }> {
  const startedAt = steps[position]?.startedAt ?? now;
  return { kind: 'not_yet', afterMs: lookAgainMs(now - startedAt) };
}

/** Refuses to go on for a reason of our own. */
export class StepRefusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'StepRefusal';
    this.failure = failure;
  }
}

export type { MachineSpec, Resources };
