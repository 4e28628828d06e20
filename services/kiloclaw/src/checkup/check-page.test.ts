import type { InstanceRow } from '@kiloclaw/db';
import type { Result } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import type { CheckupFacts } from '../instance/instance-rpc.ts';
import { checkPage, PAGE_MOST_MS } from './check-page.ts';
import { healthyFacts, healthyRow, idOf, NOW } from './testing/healthy.ts';

type Answer = Result<CheckupFacts | null> | null;
const told = (facts: CheckupFacts | null): Answer => ({ ok: true, value: facts });

class Fleet {
  nowMs = NOW;
  readonly rows: InstanceRow[];
  /** As they are when they are read anew. */
  later = new Map<string, InstanceRow>();
  readonly asked: { id: string; live: boolean }[] = [];
  askMs = 0;
  answer: (row: InstanceRow, time: number) => Answer = (row) => told(healthyFacts(row));

  constructor(size: number) {
    this.rows = Array.from({ length: size }, (_, index) => healthyRow(idOf(index)));
  }

  check({
    afterId = null,
    limit = 100,
    live = true,
  }: {
    afterId?: string | null;
    limit?: number;
    live?: boolean;
  } = {}) {
    return checkPage(
      {
        now: () => this.nowMs,
        readPage: async (after, most) => this.rows.filter(({ id }) => id > (after ?? '')).slice(0, most),
        rowsOf: async (ids) =>
          this.rows.map((row) => this.later.get(row.id) ?? row).filter(({ id }) => ids.includes(id)),
        ask: async (row, isLive) => {
          this.asked.push({ id: row.id, live: isLive });
          this.nowMs += this.askMs;
          return this.answer(row, this.asked.filter(({ id }) => id === row.id).length);
        },
      },
      { afterId, limit, live },
    );
  }
}

describe('a page of a checkup', () => {
  it.each([0, 1, 99, 100, 101, 250])('walks %s instances, each once, and ends', async (size) => {
    const fleet = new Fleet(size);
    let cursor: string | null = null;
    let checked = 0;
    for (let page = 0; page < 4; page += 1) {
      const answer = await fleet.check({ afterId: cursor });
      checked += answer.checkedCount;
      cursor = answer.nextCursor;
      expect(answer.instances).toEqual([]);
      if (cursor === null) break;
    }
    expect([checked, cursor]).toEqual([size, null]);
    expect(fleet.asked.map(({ id }) => id)).toEqual(fleet.rows.map(({ id }) => id));
  });

  it('ends early where objects are slow, and the next one goes on from there', async () => {
    const fleet = new Fleet(60);
    fleet.askMs = PAGE_MOST_MS / 20;
    const first = await fleet.check();
    expect(first).toMatchObject({ checkedCount: 20, nextCursor: idOf(19) });
    fleet.askMs = 0;
    expect(await fleet.check({ afterId: first.nextCursor })).toMatchObject({
      checkedCount: 40,
      nextCursor: null,
    });
  });

  it('shows those with findings alone', async () => {
    const fleet = new Fleet(3);
    fleet.answer = (row) => {
      const facts = healthyFacts(row);
      const isSick = row.id === idOf(1);
      return told({
        ...facts,
        alarm: { ...facts.alarm, repairs: isSick ? { times: 1, lastAt: NOW } : null },
      });
    };
    const { instances } = await fleet.check();
    expect(instances).toMatchObject([{ instanceId: idOf(1), findings: [{ kind: 'alarm_repaired' }] }]);
  });

  it.each([
    ['that does not answer', null, 'no_answer'],
    [
      'that knows another owner',
      { ok: false, error: { code: 'instance_not_found', message: '' } },
      'owner_differs',
    ],
    [
      'whose record is damaged',
      { ok: false, error: { code: 'state_invalid', message: 'at: x' } },
      'state_invalid',
    ],
    ['that holds nothing', { ok: true, value: null }, 'record_lost'],
  ] as [string, Answer, string][])('finds an object %s', async (_what, answer, kind) => {
    const fleet = new Fleet(1);
    fleet.answer = () => answer;
    expect((await fleet.check()).instances).toMatchObject([{ findings: [{ kind }] }]);
  });

  it('has nothing to say of a closed row whose object is empty', async () => {
    const fleet = new Fleet(1);
    fleet.rows[0] = { ...healthyRow(idOf(0)), status: 'destroyed', destroyedAt: NOW };
    fleet.answer = () => told(null);
    expect((await fleet.check()).instances).toEqual([]);
  });
});

describe('a row that differs', () => {
  const stopped = (row: InstanceRow) => ({ ...row, status: 'stopped', registryVersion: 4 });

  it('is read anew before that is told: it may have changed in between', async () => {
    const fleet = new Fleet(2);
    fleet.answer = (row) => told(healthyFacts(row.id === idOf(0) ? stopped(healthyRow(row.id)) : row));
    fleet.later.set(idOf(0), stopped(healthyRow(idOf(0))));
    expect((await fleet.check()).instances).toEqual([]);
    expect(fleet.asked).toEqual([
      { id: idOf(0), live: true },
      { id: idOf(1), live: true },
      { id: idOf(0), live: false },
    ]);
  });

  it('is told where it differs still, with what the first look found', async () => {
    const fleet = new Fleet(1);
    fleet.answer = (row, time) => {
      const facts = healthyFacts({ ...row, status: 'stopped' });
      const adopted = time === 1 ? [{ what: 'status', from: 'running', to: 'stopped' }] : [];
      return told({ ...facts, adopted });
    };
    expect((await fleet.check()).instances[0]?.findings.map(({ kind }) => kind)).toEqual([
      'row_differs',
      'adopted',
    ]);
  });

  it('is left out where it was closed in between', async () => {
    const fleet = new Fleet(1);
    fleet.answer = (row) => told(healthyFacts({ ...row, status: 'destroyed', destroyedAt: NOW }));
    fleet.later.set(idOf(0), { ...healthyRow(idOf(0)), status: 'destroyed', destroyedAt: NOW });
    expect(await fleet.check()).toMatchObject({ checkedCount: 0, instances: [] });
  });
});

it('tells which looks were taken, and how old the oldest is where one was held back', async () => {
  const fleet = new Fleet(4);
  const looks: CheckupFacts['look'][] = [
    { outcome: 'taken', at: NOW },
    { outcome: 'held_back', at: NOW - 60_000 },
    { outcome: 'held_back', at: null },
    { outcome: 'failed', at: NOW - 90_000 },
  ];
  fleet.answer = (row) =>
    told({ ...healthyFacts(row), look: looks[Number(row.id.slice(-1))] ?? healthyFacts(row).look });
  expect((await fleet.check()).looks).toEqual({
    taken: 1,
    heldBack: 2,
    failed: 1,
    oldestAt: new Date(NOW - 60_000).toISOString(),
  });
});
