import { describe, expect, it } from 'vitest';
import type { Env } from '../env.ts';
import type { StuckReport } from '../registry/stuck-operations.ts';
import type { Facts, StandingOperation } from './facts.ts';
import { instanceFacts } from './instance-facts.ts';

const ALICES = '0190a7c4-0000-7000-8000-00000000a11c';

function rig() {
  const ran: (string | null)[] = [];
  const stuck: string[] = [];
  const reports: StuckReport[] = [];
  const work: Promise<unknown>[] = [];
  const writer = { reportStuck: async (report: StuckReport) => void reports.push(report) };
  const env = { REGISTRY_WRITER: { getByName: () => writer } } as unknown as Env;
  const facts = {
    operationRuns: (_id: string, kind: string | null) => void ran.push(kind),
    operationIsStuck: (kind: string) => void stuck.push(kind),
  } as unknown as Facts;
  const { operationStands } = instanceFacts(env, facts, (begun) => void work.push(begun));
  const stands = async (operation: Partial<StandingOperation> | null) => {
    const whole = { id: 'operation-1', kind: 'destroy', status: 'running', nextAttemptAt: 0 } as const;
    operationStands(ALICES, operation && { ...whole, ...operation });
    await Promise.all(work);
  };
  return { stands, ran, stuck, reports };
}

describe('an operation in the slot', () => {
  it('is passed on when it comes and when it goes, however often it is told', async () => {
    const { stands, ran, reports } = rig();
    for (const operation of [null, {}, { nextAttemptAt: 5 }, {}, null, null]) await stands(operation);
    expect(ran).toEqual(['destroy', null]);
    expect(reports).toEqual([]);
  });

  it('is reported with every try while it is stuck, and once when it is not any more', async () => {
    const { stands, ran, stuck, reports } = rig();
    await stands({});
    for (const nextAttemptAt of [5, 5, 6]) await stands({ status: 'stuck', nextAttemptAt });
    expect(reports.map((report) => report.stuck?.operationId)).toEqual(['operation-1', 'operation-1']);
    expect(stuck).toEqual(['destroy', 'destroy']);
    expect(ran).toEqual(['destroy', null, null]);
    await stands({});
    await stands(null);
    expect(reports.slice(2).map((report) => report.stuck)).toEqual([null]);
    expect(ran.slice(3)).toEqual(['destroy', null]);
  });
});
