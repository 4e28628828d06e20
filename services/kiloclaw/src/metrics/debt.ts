/**
 * What instances owe the registry, as its writers hear of it: since when, whether or not Postgres answers. In memory:
 * an instance that owes tries again within a minute, also after a restart, and is on the list again with that.
 */
import type { Delivery } from './facts.ts';

/** Beyond these the oldest are known still: later ones are not counted. */
const OWING_MOST = 100_000;

export interface Debt {
  readonly instances: number;
  /** 0 where nothing is owed. */
  readonly oldestAgeMs: number;
}

export class DebtBook {
  private readonly since = new Map<string, number>();

  owes({ instanceId, owedSince }: Delivery): void {
    const known = this.since.get(instanceId);
    if (known === undefined && this.since.size >= OWING_MOST) return;
    // A row that changes again while it is owed tells of its last change: the first that was heard of counts.
    this.since.set(instanceId, Math.min(known ?? owedSince, owedSince));
  }

  /** Paid, or refused for good: neither is a debt any more. */
  paid(instanceId: string): void {
    this.since.delete(instanceId);
  }

  read(now: number): Debt {
    let oldest = now;
    for (const since of this.since.values()) oldest = Math.min(oldest, since);
    return { instances: this.since.size, oldestAgeMs: now - oldest };
  }
}
