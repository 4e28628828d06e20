/** What one instance tells, passed on: the slot only where it has changed, and a stuck operation to where it is kept. */
import type { Env } from '../env.ts';
import { reportStuck } from '../registry/stuck-port.ts';
import type { Facts, InstanceFacts, StandingOperation } from './facts.ts';

export function instanceFacts(
  env: Env,
  facts: Facts,
  background: (work: Promise<unknown>) => void,
): InstanceFacts {
  let told: StandingOperation | null = null;
  return {
    operationEnded: facts.operationEnded,
    reconciled: facts.reconciled,
    alarmRan: facts.alarmRan,
    operationStands: (instanceId, operation) => {
      if (isSame(told, operation)) return;
      const wasStuck = told?.status === 'stuck';
      told = operation;
      if (operation?.status === 'stuck') {
        const { id: operationId, kind } = operation;
        facts.operationRuns(instanceId, null);
        facts.operationIsStuck(kind);
        const stuck = { operationId, kind, reportedAt: Date.now() };
        background(reportStuck(env, { v: 1, instanceId, stuck }));
        return;
      }
      facts.operationRuns(instanceId, operation?.kind ?? null);
      if (wasStuck) background(reportStuck(env, { v: 1, instanceId, stuck: null }));
    },
  };
}

/** A stuck one is told with every try: its report would be let go of. */
function isSame(before: StandingOperation | null, now: StandingOperation | null): boolean {
  if (before === null || now === null) return before === now;
  const isSameTry = before.nextAttemptAt === now.nextAttemptAt || now.status !== 'stuck';
  return before.id === now.id && before.status === now.status && isSameTry;
}
