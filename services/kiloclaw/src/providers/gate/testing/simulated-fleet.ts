/**
 * Many instances with one provider account: their real cores, alarms, gates and HTTP, over virtual time and a provider
 * in memory.
 */
import type { Deps } from '../../../instance/deps.ts';
import { Instance } from '../../../instance/instance.ts';
import { beginningOf } from '../../../instance/races/testing/beginnings.ts';
import { saveState } from '../../../instance/storage/record-store.ts';
import { TestInstance } from '../../../instance/testing/test-instance.ts';
import { createHttp, type SendHttp } from '../../http.ts';
import type { HttpRequest } from '../../http-exchange.ts';
import type { CallPurpose, Provider } from '../../provider.ts';
import { ProviderError } from '../../provider-error.ts';
import { createCallGates } from '../call-gates.ts';
import { LocalGates } from './local-gates.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { seededFraction, VirtualTime } from './virtual-time.ts';
import { flyRequests, northflankRequests, type WireMethod } from './wire-costs.ts';

const TURNS_TO_QUIET = 5;
const EVENTS_MOST = 1_000_000;

export interface FleetOptions {
  readonly provider: 'fly' | 'northflank';
  readonly instances: number;
  readonly seed: number;
}

export class SimulatedFleet {
  readonly time: VirtualTime;
  readonly account: SimulatedAccount;
  readonly gates: LocalGates;
  readonly instances: TestInstance[] = [];
  readonly fraction: () => number;
  /** By instance, when its looks were answered. */
  readonly looks: number[][] = [];
  private readonly provider: FleetOptions['provider'];

  private constructor({ provider, seed }: FleetOptions, nowMs: number) {
    this.provider = provider;
    this.time = new VirtualTime(nowMs);
    this.account = new SimulatedAccount(() => this.time.now());
    this.gates = new LocalGates(() => this.time.now());
    this.fraction = seededFraction(seed);
  }

  /** Running instances whose alarms are spread over a quarter of an hour. */
  static async start(options: FleetOptions): Promise<SimulatedFleet> {
    const beginning = await beginningOf({ status: 'running', lent: 'none', ends: false, isExtended: false });
    const fleet = new SimulatedFleet(options, beginning.now);
    for (let index = 0; index < options.instances; index += 1) {
      const test = new TestInstance();
      test.world.machines.push({ ...beginning.machine });
      test.world.volumes.push({ ...beginning.volume });
      test.registry.row = beginning.row;
      test.registry.currentVersion = beginning.row.registryVersion;
      test.instance.prepareStorage();
      saveState(test.instance.deps.storage, beginning.state, beginning.state, beginning.now);
      test.storage.alarmAt = Math.round(beginning.now + fleet.fraction() * 15 * 60_000);
      fleet.looks.push([]);
      test.instance = new Instance(fleet.depsOf(test, index));
      await test.instance.wake();
      fleet.instances.push(test);
    }
    return fleet;
  }

  private depsOf(test: TestInstance, index: number): Deps {
    const { time, account, fraction } = this;
    const { deps } = test.instance;
    const now = () => time.now();
    const sleep = (ms: number) => time.sleep(ms);
    const gates = createCallGates({ asker: `${index}`, gateOf: this.gates.rpc, now, sleep, warn: () => {} });
    const sendFor = (purpose: CallPurpose): SendHttp => {
      const gate = gates.of(this.provider, purpose);
      return createHttp({
        provider: this.provider,
        fetch: account.fetch,
        baseUrl: 'http://provider.test',
        headers: {},
        log: () => {},
        timing: { now, sleep, fraction },
        ...(gate !== null && { gate }),
      });
    };
    const providers = {
      operation: this.overWire(deps.provider('fly'), index, 'operation', sendFor('operation')),
      background: this.overWire(deps.provider('fly'), index, 'background', sendFor('background')),
    };
    return {
      ...deps,
      clock: time,
      random: { ...deps.random, fraction },
      provider: (_id, purpose = 'operation') => providers[purpose],
      lookEveryMs: () => gates.lookEveryMs(this.provider),
    };
  }

  /** Each method's requests are sent before it has its effect. */
  private overWire(provider: Provider, index: number, purpose: CallPurpose, send: SendHttp): Provider {
    const requestsOf = this.provider === 'fly' ? flyRequests : northflankRequests;
    const looks = this.looks[index];
    return new Proxy(provider, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || PURE.has(name)) return method;
        return async (...args: unknown[]) => {
          for (const request of requestsOf(name as WireMethod, index)) await sendOrThrow(send, request);
          if (name === 'observeMachine' && purpose === 'background') looks?.push(this.time.now());
          return method.apply(target, args);
        };
      },
    });
  }

  /** Lets time pass until then, alarm by alarm and sleep by sleep. */
  async runUntil(endMs: number): Promise<void> {
    for (let event = 0; event < EVENTS_MOST; event += 1) {
      const at = Math.min(
        this.time.nextWakeAt,
        ...this.instances.map(({ storage }) => storage.alarmAt ?? endMs),
      );
      this.time.advanceTo(Math.min(at, endMs));
      if (at >= endMs) return;
      for (const { storage, instance } of this.instances)
        if (storage.alarmAt !== null && storage.alarmAt <= this.time.now()) {
          storage.alarmAt = null;
          void instance.tick();
        }
      await this.quiet();
    }
    throw new Error('more events than there should be');
  }

  async quiet(): Promise<void> {
    for (let turn = 0; turn < TURNS_TO_QUIET; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}

const PURE = new Set<PropertyKey>(['nameResources', 'defaultRegion', 'machineChange']);

async function sendOrThrow(send: SendHttp, request: HttpRequest): Promise<void> {
  const { status } = await send(request);
  if (status >= 400) throw new ProviderError({ provider: 'fly', kind: 'unavailable', message: `${status}` });
}
