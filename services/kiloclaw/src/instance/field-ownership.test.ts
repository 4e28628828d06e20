/** Every writer of the state at work, each save put down to the one who made it. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SUPPORTED_OPERATION_KINDS } from './operations/kinds.ts';
import { unfinishedOperation } from './storage/operation-store.ts';
import { FIELD_WRITERS } from './testing/field-ownership.ts';
import { recordedWriters, recordSave, sign, signed } from './testing/recorded-writes.ts';
import { WRITER_RUNS } from './testing/writer-runs.ts';

vi.mock(import('./storage/record-store.ts'), async (load) => {
  const real = await load();
  const saveState: typeof real.saveState = (storage, ...rest) =>
    recordSave(storage, () => real.saveState(storage, ...rest));
  return { ...real, saveState };
});

vi.mock(import('./operations/accept.ts'), async (load) => {
  const real = await load();
  const acceptFirst: typeof real.acceptFirst = (deps, state, submission, ...rest) =>
    real.acceptFirst(signed(deps, `accept_${submission.kind}`), state, submission, ...rest);
  const acceptChange: typeof real.acceptChange = (deps, state, submission, ...rest) =>
    real.acceptChange(signed(deps, `accept_${submission.kind}`), state, submission, ...rest);
  return { ...real, acceptFirst, acceptChange };
});

vi.mock(import('./operations/run.ts'), async (load) => {
  const real = await load();
  // A run takes up one operation after the other; each try of a step asks for the provider anew.
  const runUnfinished: typeof real.runUnfinished = (deps) => {
    const byRun = signed(deps, 'nobody known');
    const provider: typeof deps.provider = (id) => {
      const kind = SUPPORTED_OPERATION_KINDS.find(
        (known) => known === unfinishedOperation(deps.storage)?.kind,
      );
      sign(byRun, kind ?? 'nobody known');
      return deps.provider(id);
    };
    return real.runUnfinished({ ...byRun, provider });
  };
  return { ...real, runUnfinished };
});

vi.mock(import('./reconcile/reconcile.ts'), async (load) => {
  const real = await load();
  const reconcile: typeof real.reconcile = (deps, ...rest) =>
    real.reconcile(signed(deps, 'reconcile'), ...rest);
  return { ...real, reconcile };
});

vi.mock(import('./debt.ts'), async (load) => {
  const real = await load();
  const payDebt: typeof real.payDebt = (deps, failures) => real.payDebt(signed(deps, 'debt'), failures);
  return { ...real, payDebt };
});

vi.mock(import('./deletion/forget-person.ts'), async (load) => {
  const real = await load();
  const forgetPerson: typeof real.forgetPerson = (deps, personId) =>
    real.forgetPerson(signed(deps, 'forget'), personId);
  return { ...real, forgetPerson };
});

vi.mock(import('./alarm-repairs.ts'), async (load) => {
  const real = await load();
  return {
    recordAlarmRepair: (deps) => real.recordAlarmRepair(signed(deps, 'alarm')),
    noteAlarmRepairs: (deps) => real.noteAlarmRepairs(signed(deps, 'fix')),
  };
});

vi.mock(import('./reseal.ts'), async (load) => {
  const real = await load();
  const resealConfiguration: typeof real.resealConfiguration = (deps) =>
    real.resealConfiguration(signed(deps, 'reseal'));
  return { ...real, resealConfiguration };
});

const WRITTEN = Object.entries(FIELD_WRITERS).filter(([, writers]) => writers.length > 0);

describe('what is saved', () => {
  beforeAll(async () => {
    for (const run of Object.values(WRITER_RUNS)) await run();
  });

  it('comes from every kind of operation', () => {
    expect(recordedWriters().generation).toEqual(expect.arrayContaining([...SUPPORTED_OPERATION_KINDS]));
  });

  it('is in each field from those whom the table names, and from every one of them', () => {
    const named = WRITTEN.map(([field, writers]) => [field, [...writers].sort()] as const);
    expect(recordedWriters()).toEqual(Object.fromEntries(named));
  });
});
