/** One case while it runs: its lives, and what is watched over all of them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { FleetResource, Provider } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { Life } from './life.ts';
import { DESTROY, PROVISION, take, takeAll } from './script.ts';
import type { Bench, Subject } from './subject.ts';

const INSPECT_DEPTH = 12;

export class Stage {
  readonly subject: Subject;
  readonly bench: Bench;
  readonly fleetId = randomUUID();
  readonly #lives: Life[] = [];
  readonly #thrown: unknown[] = [];
  #isCalledOff = false;

  constructor(subject: Subject) {
    this.subject = subject;
    this.bench = subject.open();
  }

  /** A new instance, of which nothing is made yet. */
  newLife(fleetId: string = this.fleetId): Life {
    const life = new Life(this.subject, this.bench, fleetId, (provider) => this.#watched(provider));
    this.#lives.push(life);
    return life;
  }

  /** A new instance whose machine runs. */
  async provisioned(fleetId?: string): Promise<Life> {
    const life = this.newLife(fleetId);
    await takeAll(life, PROVISION);
    return life;
  }

  /** The case can make no call from now on, and so comes to an end by itself. */
  callOff(): void {
    this.#isCalledOff = true;
  }

  /** An adapter that keeps what it throws. */
  #watched(provider: Provider): Provider {
    return new Proxy(provider, {
      get: (target, key, receiver) => {
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.#isCalledOff) throw new Error('The case was called off.');
          const result: unknown = Reflect.apply(member, target, args);
          if (result instanceof Promise) result.catch((error: unknown) => this.#thrown.push(error));
          return result;
        };
      },
    });
  }

  /** What holds for every case, whatever it is about. Throws where it does not. */
  requireGoodManners(): void {
    for (const error of this.#thrown) {
      assert.ok(
        error instanceof ProviderError,
        `an adapter threw what is no ProviderError: ${inspect(error)}`,
      );
    }
    const unbounded = this.bench.faults.calls.find(({ hasTimeout }) => !hasTimeout);
    assert.equal(unbounded?.what, undefined, 'a call without a time-out');
    const secrets = [...this.bench.secrets, ...Object.values(this.subject.machine.env)];
    const told = inspect([this.#thrown, this.bench.logged], { depth: INSPECT_DEPTH, maxStringLength: null });
    const toldAsFacts = JSON.stringify(
      this.#thrown.map((error) => (error instanceof ProviderError ? error.facts : null)),
    );
    for (const secret of secrets) {
      const isTold = told.includes(secret) || toldAsFacts.includes(secret);
      assert.ok(!isTold, 'an error or a log line holds a secret, or a value of the environment');
    }
  }

  /** Deletes all that the lives have, as often as it takes. Answers with what can't be deleted; throws nothing. */
  async clear(): Promise<readonly FleetResource[]> {
    await this.bench.close().catch(() => undefined);
    this.#isCalledOff = false;
    const left: FleetResource[] = [];
    for (const life of this.#lives) left.push(...(await destroyed(life)));
    return left;
  }
}

async function destroyed(life: Life): Promise<readonly FleetResource[]> {
  life.crash();
  for (const step of DESTROY) {
    try {
      await take(life, step);
      await step.prove?.(life);
    } catch {
      // What is left is told by the list.
    }
  }
  return life.owned().catch(() => [
    {
      kind: 'machine',
      id: `${life.tags.sandboxId} (can't be looked up)`,
      instanceId: life.tags.instanceId,
    },
  ]);
}
