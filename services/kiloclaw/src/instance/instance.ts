/**
 * One instance at work: what its object does with a call or an alarm, without the runtime around it. Keeps in
 * memory only what may be lost: who waits, what is in flight.
 */
import { isUnfinished, ok, type Result, refuse } from '@kiloclaw/platform-contract';
import { recordAlarmRepair } from './alarm-repairs.ts';
import { nextAlarmAt } from './alarms.ts';
import { deniedRow } from './audit.ts';
import { DEBT_RETRY_MOST_MS, RESTORE_WAIT_MS } from './bounds.ts';
import { owes, payDebt } from './debt.ts';
import type { Deps } from './deps.ts';
import { clearExpiredOverride, overrideExpiresAt } from './hardware/expiry.ts';
import type { Caller } from './instance-rpc.ts';
import type { Acceptance } from './operations/accept.ts';
import type { Operation } from './operations/operation.ts';
import { runUnfinished } from './operations/run.ts';
import { Looks } from './reconcile/looks.ts';
import type { Occasion } from './reconcile/sight.ts';
import type { InstanceState } from './state.ts';
import { operationById, unfinishedOperation } from './storage/operation-store.ts';
import { appendToOutbox } from './storage/outbox.ts';
import { loadRecord } from './storage/record-store.ts';
import { hasTables, migrateStorage } from './storage/storage-migrations.ts';

/** The one under way, and the one after it. */
const PAYMENTS_AWAITED = 2;

export class Instance {
  readonly deps: Deps;
  readonly looks: Looks;
  private hasStorage: boolean;
  private isTicking = false;
  private armedAt: number | null = null;
  private running: Promise<void> | null = null;
  private paying: Promise<void> | null = null;
  private debtFailures = 0;
  private debtDueAt = 0;
  /** After a run that threw: not before then, or it would turn in place. */
  private runHeldUntil = 0;
  private readonly waiting = new Set<() => void>();

  constructor(deps: Deps) {
    this.deps = deps;
    this.hasStorage = hasTables(deps.storage);
    this.looks = new Looks(deps, { changed: () => this.settleDebt(), ended: () => this.arm() });
  }

  /** On waking: carries the tables forward, and arms the alarm that a lost process may have left unset. */
  async wake(): Promise<void> {
    if (!this.hasStorage) return;
    migrateStorage(this.deps.storage);
    const record = loadRecord(this.deps.storage);
    this.looks.wake(record.kind === 'sound' ? record.state.generation : 0);
    await this.repairAlarm();
    this.looks.expectAt(this.armedAt);
  }

  /** Sets the alarm where there should be one and is none; true where it did, and then it is on record. */
  async repairAlarm(): Promise<boolean> {
    this.armedAt = await this.deps.storage.getAlarm();
    // One that is running is not set, and sets the next one at its end.
    if (this.armedAt !== null || this.isTicking) return false;
    this.arm();
    if (this.armedAt === null) return false;
    recordAlarmRepair(this.deps);
    return true;
  }

  /** Whether anything lives here: an empty object is nobody's. */
  hasRecord(): boolean {
    return this.hasStorage && loadRecord(this.deps.storage).kind !== 'none';
  }

  /** Null where there is no sound record. */
  get instanceId(): string | null {
    const record = this.hasStorage ? loadRecord(this.deps.storage) : null;
    return record?.kind === 'sound' ? record.state.instanceId : null;
  }

  /** Makes the tables of an instance that is about to begin. */
  prepareStorage(): void {
    if (this.hasStorage) return;
    migrateStorage(this.deps.storage);
    this.hasStorage = true;
  }

  /**
   * The state, for its owner. Anyone else is answered as if there were nothing, and the attempt is journaled;
   * no method of the object gets at the state but through here.
   */
  authorize(caller: Caller, action: string): Result<InstanceState> {
    const notFound = refuse(
      'instance_not_found',
      'No such instance belongs to this user. Check userId and instanceId.',
    );
    const record = this.hasStorage ? loadRecord(this.deps.storage) : { kind: 'none' as const };
    if (record.kind === 'none') return notFound;
    if (record.kind === 'damaged') {
      return record.owner === caller.userId ? refuse('state_invalid', record.error) : notFound;
    }
    if (record.state.userId === caller.userId) return ok(record.state);
    const at = this.deps.clock.now();
    const attempt = {
      ...caller,
      id: this.deps.random.id(at),
      action,
      askedUserId: caller.userId,
      code: 'instance_not_found',
      at,
    };
    appendToOutbox(this.deps.storage, deniedRow(record.state, attempt));
    this.settleDebt();
    this.arm();
    return notFound;
  }

  /** Goes on with what has just been accepted, without anyone who waits for it. */
  begin(): void {
    // In the very segment of the acceptance: killed from here on, the alarm resumes it.
    this.arm();
    this.run();
  }

  /** Goes on with what has just been accepted, and answers when it has ended or the wait is over. */
  async follow(acceptance: Acceptance, waitMs: number): Promise<Result<Operation>> {
    if (!acceptance.accepted) {
      this.settleDebt();
      this.arm();
      return { ok: false, error: acceptance.failure };
    }
    this.begin();
    const operation = await this.waitForEnd(acceptance.operation.id, waitMs);
    return operation === null
      ? refuse('operation_not_found', 'The operation is no longer kept.')
      : ok(operation);
  }

  async waitForEnd(operationId: string, waitMs: number): Promise<Operation | null> {
    const until = this.deps.clock.now() + waitMs;
    for (;;) {
      const operation = operationById(this.deps.storage, operationId);
      const leftMs = until - this.deps.clock.now();
      if (operation === null || !isUnfinished(operation.status) || leftMs <= 0) return operation;
      const ended = new AbortController();
      await Promise.race([this.nextEnd(), this.deps.clock.sleep(leftMs, ended.signal)]);
      ended.abort();
    }
  }

  /** Waits, for as long as a caller may, until an object that is being brought back knows what it has. */
  async untilRestored(): Promise<void> {
    const running = this.hasRecord() ? unfinishedOperation(this.deps.storage) : null;
    if (running?.kind === 'restore') await this.waitForEnd(running.id, RESTORE_WAIT_MS);
  }

  private nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve);
    });
  }

  /** Runs the unfinished operation; one at a time, whoever asks. */
  run(): void {
    if (this.running !== null || this.deps.clock.now() < this.runHeldUntil) return;
    this.running = runUnfinished(this.deps)
      .catch((error: unknown) => {
        this.runHeldUntil = this.deps.clock.now() + this.deps.cadence.busyMs;
        this.deps.log.error('run failed', { message: String(error) });
      })
      .finally(() => this.afterRun());
    this.deps.background(this.running);
  }

  private afterRun(): void {
    this.running = null;
    this.deps.traces.send();
    this.settleDebt();
    // Accepted while the last step was ending: nobody else would begin it before its alarm.
    const isSound = loadRecord(this.deps.storage).kind === 'sound';
    const next = isSound ? unfinishedOperation(this.deps.storage) : null;
    if (next !== null && next.nextAttemptAt <= this.deps.clock.now()) this.run();
    this.arm();
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const wake of woken) wake();
  }

  /** Hands what is owed to the registry, in the background; nothing waits for Postgres. */
  settleDebt(): void {
    if (this.paying !== null || this.deps.clock.now() < this.debtDueAt) return;
    this.paying = payDebt(this.deps, this.debtFailures)
      .then((waitMs) => {
        this.debtFailures = waitMs === null ? 0 : this.debtFailures + 1;
        this.debtDueAt = waitMs === null ? 0 : this.deps.clock.now() + waitMs;
      })
      .catch((error: unknown) => {
        this.debtFailures += 1;
        this.debtDueAt = this.deps.clock.now() + DEBT_RETRY_MOST_MS;
        this.deps.log.error('debt failed', { message: String(error) });
      })
      .finally(() => {
        this.paying = null;
        this.arm();
      });
    this.deps.background(this.paying);
  }

  /** Pays at once, however lately it failed, and waits for it. False where something is owed still. */
  async payNow(waitMs: number): Promise<boolean> {
    const over = new AbortController();
    const late = this.deps.clock.sleep(waitMs, over.signal);
    // A payment that was under way may have ended without what was owed after it began.
    for (let payment = 0; payment < PAYMENTS_AWAITED && this.isOwing(); payment += 1) {
      this.debtDueAt = 0;
      this.settleDebt();
      await Promise.race([this.paying, late]);
    }
    over.abort();
    this.arm();
    return !this.isOwing();
  }

  /**
   * What the alarm does; each part on its own, so that none keeps another from its turn. `scheduledAt` is when it was due,
   * null of one that is run again: its time is that of the failure.
   */
  async tick(scheduledAt: number | null = null): Promise<void> {
    this.armedAt = null;
    if (!this.hasStorage) return;
    await this.deps.traces.alarm(this.instanceId, () => this.tickOnce(scheduledAt));
  }

  private async tickOnce(scheduledAt: number | null): Promise<void> {
    this.isTicking = true;
    try {
      const now = this.deps.clock.now();
      if (scheduledAt !== null) this.tellLateness(now - scheduledAt);
      this.run();
      await this.running;
      clearExpiredOverride(this.deps);
      this.settleDebtIfOwed();
      await this.paying;
      if (this.looks.isDue(now)) await this.looks.take('tick');
    } finally {
      this.isTicking = false;
      this.arm();
      this.deps.traces.send();
    }
  }

  private tellLateness(latenessMs: number): void {
    const record = loadRecord(this.deps.storage);
    if (record.kind !== 'sound') return;
    const { busyMs, runningMs, idleMs } = this.deps.cadence;
    const lookMs = record.state.status === 'running' ? runningMs : idleMs;
    const cadenceMs = unfinishedOperation(this.deps.storage) === null ? lookMs : busyMs;
    this.deps.facts.alarmRan({ latenessMs: Math.max(0, latenessMs), cadenceMs });
  }

  private settleDebtIfOwed(): void {
    if (this.isOwing()) this.settleDebt();
  }

  private isOwing(): boolean {
    const record = loadRecord(this.deps.storage);
    return record.kind === 'sound' && owes(this.deps.storage, record.state);
  }

  /** Looks at what is there, and waits for it. */
  look(occasion: Occasion = 'glance'): Promise<void> {
    return this.looks.take(occasion);
  }

  get nextAlarmAt(): number | null {
    return this.armedAt;
  }

  /** Sets the physical alarm to what is due first; writes only where that has changed. */
  arm(): void {
    const record = this.hasStorage ? loadRecord(this.deps.storage) : { kind: 'none' as const };
    if (record.kind !== 'sound') return;
    const { state } = record;
    const now = this.deps.clock.now();
    const operation = unfinishedOperation(this.deps.storage);
    this.deps.facts.operationStands(state.instanceId, operation);
    // A steady tick arms once, at its end; should its process die before, the runtime runs the alarm again.
    if (this.isTicking && operation === null && !owes(this.deps.storage, state)) return;
    const at = nextAlarmAt({
      now,
      operationDueAt: operation === null ? null : Math.max(operation.nextAttemptAt, this.runHeldUntil),
      stepIsUnderWay: this.running !== null,
      debtDueAt: owes(this.deps.storage, state)
        ? Math.max(this.debtDueAt, this.paying === null ? 0 : now + this.deps.cadence.busyMs)
        : null,
      // While an operation runs, its end tidies what has ended meanwhile.
      overrideEndsAt: operation === null ? overrideExpiresAt(state) : null,
      lookDueAt: this.looks.nextAt(state, now),
      busyMs: this.deps.cadence.busyMs,
    });
    if (at === this.armedAt) return;
    // An alarm that is set for a little earlier serves a safety net just as well, without a write.
    if (
      this.running !== null &&
      this.armedAt !== null &&
      at !== null &&
      this.armedAt > now &&
      this.armedAt <= at
    )
      return;
    this.deps.storage.setAlarm(at);
    this.armedAt = at;
  }
}
