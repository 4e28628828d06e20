/** Lets calls on one instance race: everything that it awaits of the outside waits for its turn. */
import type { Result } from '@kiloclaw/platform-contract';
import type { Provider } from '../../../providers/provider.ts';
import type { Deps } from '../../deps.ts';
import { Instance } from '../../instance.ts';
import { operationById } from '../../storage/operation-store.ts';
import { saveState } from '../../storage/record-store.ts';
import { TestInstance } from '../../testing/test-instance.ts';
import type { Beginning } from './beginnings.ts';
import type { Call } from './explain.ts';
import type { Model, Picture, Wish } from './model.ts';
import { pictureOf, toldOf } from './seen.ts';
import type { Turns } from './turns.ts';

const PURE = new Set<PropertyKey>(['id', 'capabilities', 'nameResources', 'defaultRegion', 'machineChange']);

/** Every asynchronous method waits for a turn before its effect, and for one more before its answer. */
function inTurns<Target extends object>(target: Target, turns: Turns): Target {
  return new Proxy(target, {
    get(methods, name) {
      const method: unknown = Reflect.get(methods, name);
      if (PURE.has(name) || typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await turns.wait(`${String(name)} asked`);
        try {
          return await method.apply(methods, args);
        } finally {
          await turns.wait(`${String(name)} answered`);
        }
      };
    },
  });
}

/** A history: what was asked and answered, and what has come of it. */
export interface History {
  readonly initial: Model;
  readonly calls: readonly Call[];
  readonly final: Picture;
  readonly test: TestInstance;
}

export async function race(beginning: Beginning, wishes: readonly Wish[], turns: Turns): Promise<History> {
  const { test, now } = resumed(beginning);
  const initial = { ...pictureOf(test), now, slot: null, decided: null, superseded: [] };
  const endedAt = new Map<string, number>();
  const answered = await raceOn(test, wishes, turns, (operationId) =>
    endedAt.set(operationId, turns.taken.length),
  );
  const calls = answered.map(({ operationId, ...call }) => ended(test, call, operationId, endedAt));
  return { initial, calls, final: pictureOf(test), test };
}

/** Lets the calls race on an instance, and comes back when it is at rest. */
export async function raceOn(
  test: TestInstance,
  wishes: readonly Wish[],
  turns: Turns,
  onEnd: (operationId: string) => void = () => {},
) {
  test.instance = new Instance(racing(test.instance.deps, turns, onEnd));
  await test.instance.wake();
  const asking = wishes.map(async (wish, index) => {
    await turns.wait(`call ${index + 1} asked`);
    const askedAt = turns.taken.length;
    const answer = await ask(test, wish);
    return { wish, askedAt, answeredAt: turns.taken.length, ...answer };
  });
  await turns.giveAll();
  const answered = await Promise.all(asking);
  if (!(await test.settle())) throw new Error('the instance never came to rest');
  await test.instance.tick();
  await test.settle();
  return answered;
}

/** A fresh process on what the beginning left behind. */
export function resumed({ state, machine, volume, row, now }: Beginning): {
  test: TestInstance;
  now: number;
} {
  const test = new TestInstance();
  test.clock.advanceTo(now);
  test.world.machines.push({ ...machine });
  test.world.volumes.push({ ...volume });
  test.world.takeIds([machine.id, volume.id]);
  test.registry.row = row;
  test.registry.currentVersion = row.registryVersion;
  test.instance.prepareStorage();
  saveState(test.instance.deps.storage, state, state, now);
  return { test, now };
}

function racing(deps: Deps, turns: Turns, onEnd: (operationId: string) => void): Deps {
  const providers = new Map<string, Provider>();
  return {
    ...deps,
    provider: (id) => {
      const provider = providers.get(id) ?? inTurns(deps.provider(id), turns);
      providers.set(id, provider);
      return provider;
    },
    vault: inTurns(deps.vault, turns),
    registry: inTurns(deps.registry, turns),
    log: {
      ...deps.log,
      info: (event, facts) => {
        if (event === 'operation ended' && typeof facts?.operationId === 'string') onEnd(facts.operationId);
        deps.log.info(event, facts);
      },
    },
  };
}

interface Answered {
  readonly answer: string;
  readonly operationId: string | null;
}

async function ask(test: TestInstance, wish: Wish): Promise<Answered> {
  if (wish.kind === 'alarm') {
    test.clock.advanceTo(wish.jumpsToMs);
    await test.instance.tick();
    return { answer: 'accepted', operationId: null };
  }
  const result = await submit(test, wish);
  if (!result.ok) return { answer: result.error.code, operationId: null };
  return { answer: 'accepted', operationId: result.value };
}

async function submit(test: TestInstance, wish: Exclude<Wish, { kind: 'alarm' }>): Promise<Result<string>> {
  if (wish.kind === 'start' || wish.kind === 'stop' || wish.kind === 'destroy') {
    const result = await test.change(wish.kind);
    return result.ok ? { ok: true, value: result.value.id } : result;
  }
  const result = await change(test, wish);
  if (!result.ok) return result;
  if ('plan' in result.value) throw new Error('a change was answered with a plan');
  return { ok: true, value: result.value.operation.id };
}

function change(
  test: TestInstance,
  wish: Extract<Wish, { kind: 'resize' | 'set_override' | 'clear_override' | 'extend_volume' }>,
) {
  if (wish.kind === 'resize') return test.resize(wish.to, { apply: wish.apply });
  if (wish.kind === 'clear_override') return test.clearOverride({ apply: wish.apply });
  if (wish.kind === 'extend_volume') return test.extend(wish.toGb);
  const expiresAt = wish.expiresAt === null ? null : new Date(wish.expiresAt).toISOString();
  return test.setOverride(wish.to, { apply: wish.apply, expiresAt });
}

function ended(
  test: TestInstance,
  call: Omit<Call, 'endedAt' | 'outcome' | 'result'>,
  operationId: string | null,
  endedAt: ReadonlyMap<string, number>,
): Call {
  const operation = operationId === null ? null : operationById(test.instance.deps.storage, operationId);
  if (operation === null) return { ...call, endedAt: call.answeredAt, outcome: null, result: null };
  return {
    ...call,
    endedAt: endedAt.get(operation.id) ?? Number.POSITIVE_INFINITY,
    outcome: operation.status,
    result: toldOf(operation.result),
  };
}
