/**
 * A registry writer: one Postgres connection for many instances, and a batch of whatever has gathered while the
 * last one was under way. Holds nothing that may not be lost: the debt stays in the instances until it is paid. Since whatever an instance owes
 * passes here, whoever watches hears from here what is owed and for how long.
 */
import { DurableObject } from 'cloudflare:workers';
import {
  DELIVERY_BATCH_MAX,
  deletedAmong,
  deliver,
  findInstanceRow,
  openRegistry,
  type Registry,
} from '@kiloclaw/db';
import type { OperationKind } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { overrideAdminsIn } from '../instance/deletion/forget-admin.ts';
import type { DeliveryAnswer, RegistryDelivery, RegistryLookup } from '../instance/deps.ts';
import { createLog } from '../log.ts';
import type { Delivery } from '../metrics/facts.ts';
import { factsOf } from '../metrics/tell.ts';
import { type DeliverCall, type FindCall, instanceOf } from './registry-port.ts';
import { forgetEnded, keepReport, type StuckReport, stuckOf } from './stuck-operations.ts';

interface Waiting {
  readonly delivery: RegistryDelivery;
  readonly answer: (answer: DeliveryAnswer) => void;
}

export class RegistryWriter extends DurableObject<Env> {
  private readonly log = createLog('registry-writer');
  private readonly facts = factsOf(this.env);
  private registry: Registry | null = null;
  private waiting: Waiting[] = [];
  private isWriting = false;

  /** Answers when objects and their storage do. */
  async ping(): Promise<void> {
    await this.ctx.storage.get('ping');
  }

  deliver(call: DeliverCall): Promise<DeliveryAnswer> {
    const { delivery } = call;
    const watched = watchedOf(delivery);
    if (watched !== null) this.facts.deliveryWaits(watched);
    return new Promise((answer) => {
      this.waiting.push({ delivery, answer });
      if (!this.isWriting) this.ctx.waitUntil(this.writeAll());
    });
  }

  /** The row of an instance whose object holds nothing. */
  async find({ instanceId }: FindCall): Promise<RegistryLookup> {
    try {
      this.registry ??= openRegistry(this.env.REGISTRY.connectionString);
      return await findInstanceRow(this.registry.db, instanceId);
    } catch (error) {
      this.connectAnew(error);
      return { kind: 'unavailable' };
    }
  }

  async reportStuck(report: StuckReport): Promise<void> {
    await keepReport(this.ctx.storage, report);
  }

  /** The kind of each operation that is stuck. */
  stuckOperations(now: number): Promise<OperationKind[]> {
    return stuckOf(this.ctx.storage, now);
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, DELIVERY_BATCH_MAX);
      const answers = await this.write(batch.map(({ delivery }) => delivery));
      for (const [index, waiting] of batch.entries()) {
        const answer = answers[index] ?? { outcome: 'unavailable' };
        const watched = watchedOf(waiting.delivery);
        if (watched !== null) this.facts.deliveryEnded(watched, answer.outcome, Date.now());
        waiting.answer(answer);
      }
      this.ctx.waitUntil(this.forgetEnded(batch));
    }
    this.isWriting = false;
  }

  private async forgetEnded(batch: readonly Waiting[]): Promise<void> {
    const audit = batch.flatMap(({ delivery }) => delivery.audit);
    await forgetEnded(this.ctx.storage, audit).catch((error: unknown) => {
      this.log.warn('stuck operations not forgotten', { message: String(error) });
    });
  }

  private async write(batch: readonly RegistryDelivery[]): Promise<DeliveryAnswer[]> {
    try {
      this.registry ??= openRegistry(this.env.REGISTRY.connectionString);
      const results = await deliver(
        this.registry.db,
        batch.map(({ user, row, audit }) => ({ user, row, audit: [...audit] })),
      );
      const admins = batch.map(({ row, audit }) => overrideAdminsIn([row, audit]));
      // Asked after the batch is stored: whoever is deleted later finds it there.
      const named = [...new Set(admins.flat())];
      const deleted = named.length === 0 ? [] : await deletedAmong(this.registry.db, named);
      return results.map((result, index) => {
        if (!result.ok) return { outcome: 'rejected', reason: result.rejected.map(describe).join('; ') };
        const { rowWritten, currentVersion } = result;
        const toForget = deleted.filter((id) => admins[index]?.includes(id));
        const stored = { outcome: 'stored', rowWritten, currentVersion } as const;
        return toForget.length === 0 ? stored : { ...stored, toForget };
      });
    } catch (error) {
      this.connectAnew(error);
      return batch.map(() => ({ outcome: 'unavailable' }));
    }
  }

  /** Whatever broke may have broken the connection: the next call opens another one. */
  private connectAnew(error: unknown): void {
    this.log.warn('registry unavailable', {
      message: error instanceof Error ? error.message : String(error),
    });
    const broken = this.registry;
    this.registry = null;
    this.ctx.waitUntil(broken?.close().catch(() => undefined) ?? Promise.resolve());
  }
}

/** Null for a release of instances that did not tell since when they owe. */
function watchedOf(delivery: RegistryDelivery): Delivery | null {
  const instanceId = instanceOf(delivery);
  const { owedSince } = delivery;
  return instanceId === null || owedSince === undefined ? null : { instanceId, owedSince };
}

function describe(rejection: { part: string; sqlState: string; constraint: string | null }): string {
  return `${rejection.part} ${rejection.sqlState} ${rejection.constraint ?? ''}`.trim();
}
