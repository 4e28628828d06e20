/** The adapter on a simulator of its own; every request that it sends is held against the published facts. */
import { FactsJudge } from '@kiloclaw/northflank-simulator/testing/facts';
import { TestSimulator } from '@kiloclaw/northflank-simulator/testing/test-simulator';
import { z } from 'zod';
import type { ProviderCall } from '../../call-log.ts';
import type { Fetch, HttpTiming } from '../../http.ts';
import type { Provider } from '../../provider.ts';
import { createNorthflankProvider } from '../adapter.ts';
import type { NorthflankConfig } from '../northflank.ts';
import { Life } from './life.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const TOKEN = 'canary-northflank-token';
export const FLEET = '0190a7c4-0000-7000-8000-000000000001';

const JUDGE = new FactsJudge();

const StateSchema = z.object({
  projects: z.array(
    z.looseObject({ id: z.string(), region: z.string(), description: z.string().nullable() }),
  ),
  services: z.array(
    z.looseObject({
      id: z.string(),
      projectId: z.string(),
      description: z.string().optional(),
      billing: z.object({ deploymentPlan: z.string() }),
      runtimeEnvironment: z.record(z.string(), z.string()),
      containers: z.array(z.looseObject({ plan: z.string(), status: z.string() })),
    }),
  ),
  volumes: z.array(
    z.looseObject({
      id: z.string(),
      projectId: z.string(),
      spec: z.looseObject({ storageSize: z.number() }),
      attachedObjects: z.array(z.looseObject({ id: z.string() })),
    }),
  ),
});

export interface FaultRequest {
  readonly route: string;
  readonly kind:
    | 'fail_before'
    | 'fail_after'
    | 'lose_answer'
    | 'throttle'
    | 'html_error'
    | 'empty_list'
    | 'unknown_words'
    | 'corrupt_answer'
    | 'drop_before';
  readonly nth?: number;
  readonly times?: number;
  readonly status?: number;
  readonly body?: unknown;
}

export interface ProviderOptions {
  readonly config?: Partial<NorthflankConfig>;
  readonly timing?: Partial<HttpTiming>;
  readonly through?: (fetch: Fetch) => Fetch;
}

export class NorthflankHarness {
  readonly calls: ProviderCall[] = [];
  /** What was wrong with requests; empty = nothing. */
  readonly problems: string[] = [];
  judged = 0;
  readonly #simulator: TestSimulator;
  #lastInstance = 0;

  private constructor(simulator: TestSimulator) {
    this.#simulator = simulator;
  }

  static async start(clock?: VirtualClock): Promise<NorthflankHarness> {
    return new NorthflankHarness(await TestSimulator.start({ token: TOKEN, ...(clock && { clock }) }));
  }

  stop(): Promise<void> {
    return this.#simulator.end();
  }

  async reset(): Promise<void> {
    await this.control('POST', '/reset');
    this.calls.length = 0;
    this.problems.length = 0;
  }

  provider({ config, timing, through = (fetch) => fetch }: ProviderOptions = {}): Provider {
    return createNorthflankProvider({
      fetch: through(this.#fetch),
      config: {
        baseUrl: `${this.#simulator.running.url}/`,
        token: TOKEN,
        region: 'us-east1',
        projectPrefix: 'kc',
        plans: {
          NF_DEPLOYMENT_PLAN_PERF_1_3: 'nf-compute-100-4',
          NF_DEPLOYMENT_PLAN_PERF_4_8: 'nf-compute-400',
          NF_DEPLOYMENT_PLAN_PERF_4_16: 'nf-compute-400-16',
        },
        accessMode: 'ReadWriteOnce',
        mountPath: '/data',
        ...config,
      },
      log: (call) => this.calls.push(call),
      timing: { sleep: async () => {}, ...timing },
    });
  }

  /** A fresh instance. */
  life(provider: Provider = this.provider(), fleetId: string = FLEET): Life {
    this.#lastInstance += 1;
    const instanceId = `0190a7c4-1111-7000-8000-${String(this.#lastInstance).padStart(12, '0')}`;
    const sandboxId = `kc-${instanceId.replaceAll('-', '')}`;
    return new Life(provider, { fleetId, instanceId, userId: 'user_1', sandboxId });
  }

  /** An instance with everything that a provision makes, its machine running. */
  async provisioned(life: Life = this.life()): Promise<Life> {
    await life.provision();
    return life;
  }

  /** A call beside the adapter: somebody else's hand. */
  async api(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.#simulator.running.url}/v1${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(this.#simulator.running.controlUrl + path, {
      ...init,
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  settings(patch: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.control('POST', '/settings', patch);
  }

  /** Changes the service of an instance behind everybody's back. */
  changeService(life: Life, change: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.control('POST', `/services/${life.text('projectId')}/${life.text('machineId')}`, change);
  }

  changeVolume(life: Life, change: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.control('POST', `/volumes/${life.text('projectId')}/${life.text('volumeId')}`, change);
  }

  /** Arms a fault; the returned function says whether it has fired. */
  async fault(request: FaultRequest): Promise<() => Promise<boolean>> {
    const { id } = z.object({ id: z.string() }).parse(await this.control('POST', '/faults', request));
    return async () => {
      const { faults } = z
        .object({ faults: z.array(z.looseObject({ id: z.string(), fired: z.number() })) })
        .parse(await this.control('GET', '/faults'));
      return faults.some((fault) => fault.id === id && fault.fired > 0);
    };
  }

  async counters(): Promise<Record<string, number>> {
    return z.record(z.string(), z.number()).parse(await this.control('GET', '/counters'));
  }

  async resetCounters(): Promise<void> {
    await this.control('POST', '/counters/reset');
  }

  async state() {
    return StateSchema.parse(await this.control('GET', '/state'));
  }

  #fetch: Fetch = async (url, init) => {
    const path = url.slice(`${this.#simulator.running.url}/v1`.length);
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    this.judged += 1;
    this.problems.push(...JUDGE.judgeRequest(init.method ?? 'GET', path, body));
    return fetch(url, init);
  };
}
