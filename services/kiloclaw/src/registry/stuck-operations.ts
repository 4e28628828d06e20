/**
 * The operations that are stuck, as a registry writer keeps them: an instance with such a one sleeps for up to an hour
 * between two tries, and whoever watches must know of it also after a restart.
 */
import type { AuditRow } from '@kiloclaw/db';
import { type OperationKind, OperationKindSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';

const PREFIX = 'stuck:';
/** More than this many at one writer are an outage, however many more. */
const STUCK_READ_MOST = 1_000;
/** Reported anew with every try, an hour apart at most; one that was not is an instance that lost its storage. */
const REPORT_KEPT_MS = 3 * 60 * 60_000;

const StuckSchema = z.object({
  operationId: z.string(),
  kind: OperationKindSchema,
  reportedAt: z.number(),
});
type Stuck = z.infer<typeof StuckSchema>;

export interface StuckReport {
  readonly v: 1;
  readonly instanceId: string;
  /** Null where the instance's operation goes on again, or has ended. */
  readonly stuck: Stuck | null;
}

type Storage = Pick<DurableObjectStorage, 'get' | 'put' | 'delete' | 'list'>;

export async function keepReport(storage: Storage, { instanceId, stuck }: StuckReport): Promise<void> {
  const key = PREFIX + instanceId;
  if (stuck === null) await storage.delete(key);
  else await storage.put(key, stuck);
}

/** A stuck operation whose outcome is delivered has ended, even if its instance did not get to say so. */
export async function forgetEnded(storage: Storage, audit: readonly AuditRow[]): Promise<void> {
  for (const { instanceId, operationId, outcome } of audit) {
    if (instanceId === null || operationId === null || outcome === 'requested') continue;
    const known = StuckSchema.safeParse(await storage.get(PREFIX + instanceId));
    if (known.success && known.data.operationId === operationId) await storage.delete(PREFIX + instanceId);
  }
}

/** The kind of each; those that were not reported for long are let go of. */
export async function stuckOf(storage: Storage, now: number): Promise<OperationKind[]> {
  const kinds: OperationKind[] = [];
  for (const [key, value] of await storage.list({ prefix: PREFIX, limit: STUCK_READ_MOST })) {
    const known = StuckSchema.safeParse(value);
    if (known.success && now - known.data.reportedAt < REPORT_KEPT_MS) kinds.push(known.data.kind);
    else await storage.delete(key);
  }
  return kinds;
}
