/** When an instance looks at what it has: one look at a time, and the next one planned by what it found. */
import { heldBackWaitMs, jittered, pacedCadence } from '../alarms.ts';
import { CADENCE_JITTER, CONTRADICTION_LOOK_AGAIN_MS } from '../bounds.ts';
import type { Cadence, Deps } from '../deps.ts';
import type { InstanceState, Observation } from '../state.ts';
import { loadRecord } from '../storage/record-store.ts';
import { isNews, newReconcileMemory } from './memory.ts';
import { isLookedAt, NOTHING, type Outcome, reconcile } from './reconcile.ts';
import { isFresh, type Occasion } from './sight.ts';

/** What a look tells the instance. */
export interface LookEvents {
  /** The record was changed: there may be something to pay. */
  readonly changed: () => void;
  /** The look is over, and the next one planned. */
  readonly ended: () => void;
}

export class Looks {
  private readonly deps: Deps;
  private readonly events: LookEvents;
  private readonly memory = newReconcileMemory();
  /** This process found an instance, and did not begin it. */
  private hasWoken = false;
  private dueAt: number | null = null;
  private underWay: Promise<void> | null = null;
  private last: Outcome = NOTHING;

  constructor(deps: Deps, events: LookEvents) {
    this.deps = deps;
    this.events = events;
  }

  /** Of an instance that this process found; `generation` is its record's. */
  wake(generation: number): void {
    this.hasWoken = true;
    this.memory.generation = generation;
  }

  /** The alarm that was found stands for the look that it was set for. */
  expectAt(atMs: number | null): void {
    this.dueAt ??= atMs;
  }

  /** The newest sound look, stored or not. */
  get newest(): Observation | null {
    return this.memory.newest;
  }

  /** What the last look came to; `failed` where a part of it found no answer, and not for the provider's rate. */
  get lastOutcome(): Outcome & { readonly failed: boolean } {
    return { ...this.last, failed: this.memory.failures > 0 && this.last.heldBackMs === null };
  }

  isDue(now: number): boolean {
    // A process that an alarm has woken can't tell whether its look is due: its first tick looks.
    const hasJustWoken = this.hasWoken && this.memory.lookedAt === 0;
    return hasJustWoken || this.dueAt === null || now >= this.dueAt;
  }

  /** When the next look is due, planned by this where it is not yet; null where there is nothing to look at. */
  nextAt(state: InstanceState, now: number): number | null {
    if (!isLookedAt(state)) return null;
    this.dueAt ??= now + this.deps.cadence.busyMs;
    return this.dueAt;
  }

  /**
   * Looks at what is there; a thorough look at all of it, and not before now. One at a time: two that see the same
   * moment must not count as two observations.
   */
  take(occasion: Occasion): Promise<void> {
    if (this.underWay !== null && !isFresh(occasion)) return this.underWay;
    const before = this.underWay?.catch(() => undefined) ?? Promise.resolve();
    const look = before
      .then(() => this.takeOne(occasion))
      .finally(() => {
        if (this.underWay === look) this.underWay = null;
        this.events.ended();
      });
    this.underWay = look;
    return look;
  }

  /** Plans the next look too: sooner where something is in doubt. */
  private async takeOne(occasion: Occasion): Promise<void> {
    const cadence = await this.cadence();
    const outcome = await this.outcomeOf(occasion, cadence);
    this.last = outcome;
    this.dueAt = this.deps.clock.now() + this.waitMsAfter(outcome, cadence);
    if (outcome.hasChanged) this.events.changed();
  }

  /** As the settings say, or slower where the provider's rate has no room for that. */
  private async cadence(): Promise<Cadence> {
    const { cadence, storage, lookEveryMs } = this.deps;
    const record = loadRecord(storage);
    if (record.kind !== 'sound') return cadence;
    return pacedCadence(cadence, await lookEveryMs(record.state.provider));
  }

  private waitMsAfter({ isInDoubt, heldBackMs }: Outcome, { runningMs, idleMs }: Cadence): number {
    const { random, storage } = this.deps;
    const record = loadRecord(storage);
    const cadenceMs = record.kind === 'sound' && record.state.status === 'running' ? runningMs : idleMs;
    if (heldBackMs !== null) return heldBackWaitMs(heldBackMs, random.fraction());
    const soonMs = Math.min(CONTRADICTION_LOOK_AGAIN_MS, cadenceMs);
    return isInDoubt ? soonMs : jittered(cadenceMs, CADENCE_JITTER, random.fraction());
  }

  /** A look that can't even be taken is told once; the next one is planned all the same, or the alarm would turn in place. */
  private async outcomeOf(occasion: Occasion, cadence: Cadence): Promise<Outcome> {
    const { deps, memory } = this;
    try {
      const outcome = await reconcile({ ...deps, cadence }, memory, occasion);
      isNews(memory, 'look', null);
      return outcome;
    } catch (error) {
      const message = String(error);
      deps.facts.reconciled('failed');
      if (isNews(memory, 'look', message)) deps.log.error('look failed', { message });
      return NOTHING;
    }
  }

  /** A look in the background, for a view that has just been answered; not more often than its cadence. */
  liveCheck(): void {
    const { clock, cadence, background, log } = this.deps;
    if (clock.now() - this.memory.lookedAt < cadence.liveCheckMs) return;
    this.memory.lookedAt = clock.now();
    const look = this.take('glance').catch((error: unknown) =>
      log.error('live check failed', { message: String(error) }),
    );
    background(look);
  }
}
