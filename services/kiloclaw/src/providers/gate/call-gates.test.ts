import type { ProviderId } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import type { CallGate } from '../call-gate.ts';
import type { HttpAnswer, HttpRequest } from '../http-exchange.ts';
import type { CallPurpose } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { createCallGates } from './call-gates.ts';
import { LocalGates } from './testing/local-gates.ts';

const HOUR_MS = 3_600_000;
/** The beginning of an hour, and of every slice of one. */
const BEGINNING_MS = Date.UTC(2026, 0, 1);
const LOOK: HttpRequest = { method: 'GET', route: '/v1/projects/{project}', path: '/v1/projects/one' };
const GET_MACHINE: HttpRequest = {
  method: 'GET',
  route: '/v1/apps/{app}/machines/{machine}',
  path: '/v1/apps/kc-1/machines/m1',
};
const START: HttpRequest = {
  method: 'POST',
  route: '/v1/apps/{app}/machines/{machine}/start',
  path: '/v1/apps/kc-1/machines/m1/start',
};
const DELETE_APP: HttpRequest = { method: 'DELETE', route: '/v1/apps/{app}', path: '/v1/apps/kc-1' };

/** A fleet whose sleeps end at once, the clock having moved on. */
function setUp(requestsPerHour = 1_000) {
  const time = { now: BEGINNING_MS, isFrozen: false };
  const slept: number[] = [];
  const warned: string[] = [];
  const gates = new LocalGates(() => time.now, requestsPerHour);
  const of = (asker: string) =>
    createCallGates({
      asker,
      gateOf: gates.rpc,
      now: () => time.now,
      sleep: async (durationMs) => {
        slept.push(durationMs);
        if (!time.isFrozen) time.now += durationMs;
      },
      warn: (event) => warned.push(event),
    });
  return { time, slept, warned, gates, of };
}

function gateOf(
  fleet: ReturnType<typeof setUp>,
  provider: ProviderId,
  purpose: CallPurpose,
  asker = 'one',
): CallGate {
  const gate = fleet.of(asker).of(provider, purpose);
  if (gate === null) throw new Error('there is no gate');
  return gate;
}

async function refusalOf(work: Promise<void>): Promise<ProviderError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

async function admitted(gate: CallGate, request: HttpRequest, times: number): Promise<number> {
  for (let count = 0; count < times; count += 1)
    if ((await refusalOf(gate.admit(request))) !== null) return count;
  return times;
}

const answer = (status: number, headers: Record<string, string>, retryAfterMs?: number): HttpAnswer => ({
  status,
  json: {},
  text: '',
  headers: new Headers(headers),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('a provider on this very host', () => {
  it('has no gate, and looks are as wished', async () => {
    const gates = setUp().of('one');
    expect(gates.of('docker-local', 'operation')).toBeNull();
    expect(await gates.lookEveryMs('docker-local')).toBe(0);
    expect(await gates.lookEveryMs('fly')).toBe(0);
  });
});

describe('a call to Northflank', () => {
  it('waits a few seconds for its permit where it is an operation’s', async () => {
    const fleet = setUp(100);
    const gate = gateOf(fleet, 'northflank', 'operation');
    expect(await admitted(gate, LOOK, 100)).toBe(100);
    fleet.time.now += HOUR_MS + 20_500;
    expect(await refusalOf(gate.admit(LOOK))).toBeNull();
    expect(fleet.slept).toEqual([4_500]);
  });

  it('is refused where that would take longer, with the time to wait', async () => {
    const fleet = setUp(100);
    const gate = gateOf(fleet, 'northflank', 'operation');
    await admitted(gate, LOOK, 100);
    const refusal = await refusalOf(gate.admit(LOOK));
    expect([refusal?.kind, refusal?.facts.retryAfterMs]).toEqual(['rate_limited', HOUR_MS + 25_000]);
    expect(refusal?.message).toContain('3625 s');
    expect(fleet.slept).toEqual([]);
  });

  it('is refused at once where it is a look’s', async () => {
    const fleet = setUp(100);
    await admitted(gateOf(fleet, 'northflank', 'operation'), LOOK, 80);
    fleet.time.now += HOUR_MS + 20_500;
    const look = gateOf(fleet, 'northflank', 'background', 'two');
    expect((await refusalOf(look.admit(LOOK)))?.facts.retryAfterMs).toBe(4_500);
    expect(fleet.slept).toEqual([]);
  });

  it('of an operation waits for no look, as long as operations keep to what is kept for them', async () => {
    const fleet = setUp(1_000);
    const look = gateOf(fleet, 'northflank', 'background');
    const user = gateOf(fleet, 'northflank', 'operation', 'two');
    let operations = 0;
    for (; fleet.time.now < BEGINNING_MS + 3 * HOUR_MS; fleet.time.now += 12_000) {
      await admitted(look, LOOK, 50);
      expect(await refusalOf(user.admit(LOOK))).toBeNull();
      operations += 1;
    }
    expect(operations).toBe(900);
    expect(fleet.slept).toEqual([]);
  });

  it('believes what Northflank says is left', async () => {
    const fleet = setUp(1_000);
    const gate = gateOf(fleet, 'northflank', 'operation');
    await gate.admit(LOOK);
    fleet.time.now += 11_000;
    await gate.answered(LOOK, answer(200, { 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': '600' }));
    expect(await admitted(gate, LOOK, 10)).toBe(2);
  });

  it.each([
    ['Retry-After', answer(429, {}, 90_000), 90_000],
    ['the reset', answer(429, { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '60' }), 60_000],
    ['a moment of reset', answer(429, { 'x-ratelimit-reset': `${BEGINNING_MS / 1_000 + 60}` }), 60_000],
  ])('holds back everybody from a throttle on: by %s', async (_by, throttled, waitMs) => {
    const fleet = setUp(1_000);
    await gateOf(fleet, 'northflank', 'operation').answered(LOOK, throttled);
    const refusal = await refusalOf(gateOf(fleet, 'northflank', 'operation', 'two').admit(LOOK));
    expect(refusal?.facts.retryAfterMs).toBe(waitMs);
  });

  it.each([
    [{ 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': '60' }],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }],
    [{}],
  ])('is not held back by headers that say nothing: %j', async (headers) => {
    const fleet = setUp(1_000);
    const gate = gateOf(fleet, 'northflank', 'operation');
    await gate.answered(LOOK, answer(200, headers));
    expect(await admitted(gate, LOOK, 10)).toBe(10);
  });
});

describe('while the gate is away', () => {
  it('operations go on slowly, which is told once', async () => {
    const fleet = setUp();
    fleet.gates.isAway = true;
    const gate = gateOf(fleet, 'northflank', 'operation');
    expect(await admitted(gate, LOOK, 7)).toBe(7);
    expect(fleet.slept).toEqual([2_000, 2_000]);
    expect(fleet.warned).toEqual(['the gate is away']);
  });

  it('operations that come all at once are told to wait', async () => {
    const fleet = setUp();
    fleet.gates.isAway = true;
    fleet.time.isFrozen = true;
    const gate = gateOf(fleet, 'northflank', 'operation');
    const refusals = await Promise.all(Array.from({ length: 9 }, () => refusalOf(gate.admit(LOOK))));
    expect(refusals.filter((refusal) => refusal !== null).map(({ facts }) => facts.retryAfterMs)).toEqual([
      6_000, 6_000,
    ]);
  });

  it('looks wait until it is back', async () => {
    const fleet = setUp();
    fleet.gates.isAway = true;
    const gates = fleet.of('one');
    const refusal = await refusalOf(gateOf(fleet, 'northflank', 'background').admit(LOOK));
    expect([refusal?.kind, refusal?.facts.retryAfterMs]).toEqual(['rate_limited', 60_000]);
    expect(await gates.lookEveryMs('northflank')).toBe(0);
  });

  it('what was sent is told when it is back, once', async () => {
    const fleet = setUp(100);
    const gate = gateOf(fleet, 'northflank', 'operation');
    fleet.gates.isAway = true;
    await admitted(gate, LOOK, 5);
    fleet.gates.isAway = false;
    expect(await admitted(gate, LOOK, 100)).toBe(95);
  });
});

describe('a call to Fly', () => {
  it('keeps to one in a second of each action on each target, after three at once, without asking anybody', async () => {
    const fleet = setUp();
    const gate = gateOf(fleet, 'fly', 'operation');
    expect(await admitted(gate, START, 5)).toBe(5);
    expect(fleet.slept).toEqual([1_000, 1_000]);
    const other = { ...START, path: '/v1/apps/kc-1/machines/m2/start' };
    expect(await admitted(gate, other, 3)).toBe(3);
    expect(fleet.slept).toHaveLength(2);
    expect(fleet.gates.asked).toEqual({ ask: 0, hear: 0, pace: 0 });
  });

  it('reads a machine up to ten times at once and five in a second', async () => {
    const fleet = setUp();
    expect(await admitted(gateOf(fleet, 'fly', 'background'), GET_MACHINE, 12)).toBe(12);
    expect(fleet.slept).toEqual([200, 200]);
  });

  it('counts a target as one, whatever the query, and whoever it is for', async () => {
    const fleet = setUp();
    const gates = fleet.of('one');
    for (const purpose of ['operation', 'background', 'operation', 'background'] as const)
      await gates.of('fly', purpose)?.admit({ ...START, path: `${START.path}?for=${purpose}` });
    expect(fleet.slept).toEqual([1_000]);
  });

  it('is refused where too many wait before it', async () => {
    const fleet = setUp();
    fleet.time.isFrozen = true;
    const gate = gateOf(fleet, 'fly', 'operation');
    const refusals = await Promise.all(Array.from({ length: 10 }, () => refusalOf(gate.admit(START))));
    expect(refusals.map((refusal) => refusal?.facts.retryAfterMs).slice(8)).toEqual([6_000, 6_000]);
  });

  it('that deletes an app is one of a hundred a minute, of all instances together', async () => {
    const fleet = setUp();
    const refusals: (ProviderError | null)[] = [];
    for (let instance = 0; instance < 102; instance += 1)
      refusals.push(await refusalOf(gateOf(fleet, 'fly', 'operation', `${instance}`).admit(DELETE_APP)));
    expect(refusals.findIndex((refusal) => refusal !== null)).toBe(100);
    expect(refusals[100]?.facts.retryAfterMs).toBeGreaterThan(60_000);
  });
});

it('learns from the looks of all how far apart they have to be', async () => {
  const fleet = setUp();
  let lookEveryMs = 0;
  for (let instance = 0; instance < 400; instance += 1)
    lookEveryMs = await fleet.of(`${instance}`).lookEveryMs('northflank');
  expect(lookEveryMs).toBe(50 * 60_000);
});
