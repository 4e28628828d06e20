/** How instances report operations that are stuck, and how they are counted: at the registry writers. */
import type { OperationKind } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';
import { REGISTRY_WRITER_NAMES, writerNameOf } from './registry-port.ts';
import type { StuckReport } from './stuck-operations.ts';

const COUNT_TIMEOUT_MS = 3_000;

interface StuckRpc {
  reportStuck(report: StuckReport): Promise<void>;
  stuckOperations(now: number): Promise<OperationKind[]>;
}

function writer(env: Env, name: string): StuckRpc {
  const stub: unknown = env.REGISTRY_WRITER.getByName(name);
  return stub as StuckRpc;
}

/** Never throws: a report that is lost comes again with the next try. */
export async function reportStuck(env: Env, report: StuckReport): Promise<void> {
  await writer(env, writerNameOf(report.instanceId))
    .reportStuck(report)
    .catch(() => undefined);
}

/** The kind of each operation that is stuck. Of a writer that does not answer there are none. */
export async function stuckKinds(env: Env, now: number): Promise<OperationKind[]> {
  const answers = REGISTRY_WRITER_NAMES.map((name) =>
    inTime(writer(env, name).stuckOperations(now), COUNT_TIMEOUT_MS, () => []).catch(() => []),
  );
  return (await Promise.all(answers)).flat();
}
