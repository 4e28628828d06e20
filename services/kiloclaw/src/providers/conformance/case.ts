/** One thing that every adapter must show. */
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { Stage } from './stage.ts';
import type { Bench } from './subject.ts';

export interface Case {
  /** A sentence: what holds. */
  readonly name: string;
  /** `plain` goes through a provider as it is; `faults` breaks calls, over many lives. */
  readonly group: 'plain' | 'faults';
  /** Whether it can be asked of this provider; of every one where it isn't set. */
  readonly appliesTo?: (to: {
    readonly bench: Bench;
    readonly capabilities: ProviderCapabilities;
  }) => boolean;
  readonly run: (stage: Stage) => Promise<void>;
}
