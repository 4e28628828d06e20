/**
 * A registry writer: one Postgres connection for many instances, and a batch of whatever has gathered while the
 * last one was under way. Holds nothing that may not be lost: the debt stays in the instances until it is paid.
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
import type { Env } from '../env.ts';
import { overrideAdminsIn } from '../instance/deletion/forget-admin.ts';
import type { DeliveryAnswer, RegistryDelivery, RegistryLookup } from '../instance/deps.ts';
import { createLog } from '../log.ts';
import type { DeliverCall, FindCall } from './registry-port.ts';

interface Waiting {
  readonly delivery: RegistryDelivery;
  readonly answer: (answer: DeliveryAnswer) => void;
}

export class RegistryWriter extends DurableObject<Env> {
  private readonly log = createLog('registry-writer');
  private registry: Registry | null = null;
  private waiting: Waiting[] = [];
  private isWriting = false;

  /** Answers when objects and their storage do. */
  async ping(): Promise<void> {
    await this.ctx.storage.get('ping');
  }

  deliver(call: DeliverCall): Promise<DeliveryAnswer> {
    return new Promise((answer) => {
      this.waiting.push({ delivery: call.delivery, answer });
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

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, DELIVERY_BATCH_MAX);
      const answers = await this.write(batch.map(({ delivery }) => delivery));
      for (const [index, waiting] of batch.entries())
        waiting.answer(answers[index] ?? { outcome: 'unavailable' });
    }
    this.isWriting = false;
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

function describe(rejection: { part: string; sqlState: string; constraint: string | null }): string {
  return `${rejection.part} ${rejection.sqlState} ${rejection.constraint ?? ''}`.trim();
}
