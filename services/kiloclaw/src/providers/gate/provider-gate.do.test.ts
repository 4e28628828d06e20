/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { bindings } from '../../testing/platform.ts';
import type { GateAnswer } from './account-gate.ts';
import type { GateRpc } from './gate-rpc.ts';
import { gateStub } from './gate-stub.ts';

/** One object is one account: each test has its own. A stub whose object was killed is of no more use. */
type Gate = string;
const newGate = (): Gate => crypto.randomUUID();
const objectOf = (gate: Gate) => bindings.PROVIDER_GATE.getByName(gate);

function rpcOf(gate: Gate): GateRpc {
  const object: unknown = objectOf(gate);
  return object as GateRpc;
}

function ask(gate: Gate, purpose: 'operation' | 'background', asker = 'one'): Promise<GateAnswer> {
  return rpcOf(gate).ask({ v: 1, rate: 'northflank', asker, purpose, word: null, conceded: 0 });
}

async function askedAtOnce(gate: Gate, purpose: 'operation' | 'background', times: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: times }, (_, index) => ask(gate, purpose, `asker ${index}`)),
  );
  return answers.filter(({ granted }) => granted).length;
}

describe('the gate', () => {
  it('gives a thousand permits an hour to many who ask at once', async () => {
    expect(await askedAtOnce(newGate(), 'operation', 1_050)).toBe(1_000);
  });

  it('remembers what it gave when its process has ended, at rest or in mid-air', async () => {
    const gate = newGate();
    expect(await askedAtOnce(gate, 'operation', 600)).toBe(600);
    await evictDurableObject(objectOf(gate));
    expect(await askedAtOnce(gate, 'operation', 300)).toBe(300);
    await runInDurableObject(objectOf(gate), (_object, state) => state.abort('crash')).catch(() => undefined);
    expect(await askedAtOnce(gate, 'operation', 200)).toBe(100);
  });

  it('keeps one small entry, however much it has given', async () => {
    const gate = newGate();
    await askedAtOnce(gate, 'operation', 500);
    const entries = await runInDurableObject(objectOf(gate), (_object, { storage }) => [
      ...storage.kv.list(),
    ]);
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries).length).toBeLessThan(1_000);
  });

  it('remembers the fleet and the word of the provider', async () => {
    const gate = newGate();
    const pace = (asker: string) => rpcOf(gate).pace({ v: 1, rate: 'northflank', asker });
    for (const asker of ['a', 'b', 'c']) await pace(asker);
    const now = Date.now();
    const word = { saidAtMs: now, remaining: 0, resetAtMs: now + 600_000 };
    await rpcOf(gate).hear({ v: 1, rate: 'northflank', word });
    const everyMs = await pace('a');
    await evictDurableObject(objectOf(gate));
    expect(await pace('a')).toBe(everyMs);
    expect(await ask(gate, 'operation')).toMatchObject({ granted: false });
  });

  it('answers through its stub, which is one for each rate', async () => {
    const call = { v: 1, asker: 'one', purpose: 'operation', word: null, conceded: 0 } as const;
    const answers: boolean[] = [];
    for (let count = 0; count < 4; count += 1)
      answers.push(
        (await gateStub(bindings, 'fly-fleet-lists').ask({ ...call, rate: 'fly-fleet-lists' })).granted,
      );
    const other = await gateStub(bindings, 'fly-app-deletions').ask({ ...call, rate: 'fly-app-deletions' });
    expect([...answers, other.granted]).toEqual([true, true, true, false, true]);
  });
});
