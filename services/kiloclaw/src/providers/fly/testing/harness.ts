/** The adapter on a simulator of its own; everything that goes over the wire is held against Fly's document. */
import { DEVIATIONS } from '@kiloclaw/fly-simulator/testing/deviations';
import { OpenApiJudge } from '@kiloclaw/fly-simulator/testing/openapi';
import { TestSimulator } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { z } from 'zod';
import type { ProviderCall } from '../../call-log.ts';
import type { Fetch } from '../../http.ts';
import type {
  InstanceTags,
  MachineSpec,
  MachineWait,
  Provider,
  Resources,
  SizeChange,
  VolumeSpec,
} from '../../provider.ts';
import { createFlyProvider } from '../adapter.ts';
import type { FlyConfig } from '../apps.ts';

export const TOKEN = 'canary-fly-token';
export const SECRET = 'canary-env-value';
export const FLEET = '0190a7c4-0000-7000-8000-000000000001';

const JUDGE = new OpenApiJudge([
  ...DEVIATIONS,
  {
    name: 'wait for an app',
    reason: 'the vendor’s own client sends it, so that a new app is known before the answer',
    query: [{ operation: 'POST /apps', key: 'wait' }],
  },
  {
    name: 'others’ apps',
    reason: 'the document leaves out 403, which is documented in prose',
    answers: [{ operation: '*', status: 403, schema: { $ref: '#/components/schemas/ErrorResponse' } }],
  },
]);

export const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
export const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

export const VOLUME: VolumeSpec = { sizeGb: 10, region: null, machineSize: PERF_1_3 };
export const MACHINE: MachineSpec = {
  size: PERF_1_3,
  sizeSource: 'tier',
  region: null,
  image: 'registry.example.com/team/app:v1',
  env: { PASSPHRASE: SECRET },
  mountPath: '/data',
  port: 8080,
  configurationFingerprint: 'fingerprint-1',
};

const StateSchema = z.object({
  apps: z.array(z.looseObject({ name: z.string(), network: z.string() })),
  machines: z.array(
    z.looseObject({
      app: z.string(),
      id: z.string(),
      name: z.string(),
      state: z.string(),
      config: z.record(z.string(), z.unknown()),
    }),
  ),
  volumes: z.array(
    z.looseObject({
      app: z.string(),
      id: z.string(),
      name: z.string(),
      state: z.string(),
      region: z.string(),
    }),
  ),
});

export interface FaultRequest {
  readonly route: string;
  readonly kind: 'fail_before' | 'lose_answer';
  readonly nth?: number;
  readonly times?: number;
  readonly status?: number;
  readonly body?: unknown;
}

/** One instance and what the control plane would have recorded of it. */
export class Life {
  readonly provider: Provider;
  readonly tags: InstanceTags;
  resources: Resources;

  constructor(provider: Provider, tags: InstanceTags) {
    this.provider = provider;
    this.tags = tags;
    this.resources = provider.nameResources(tags);
  }

  learn(learned: Resources | null): Resources | null {
    this.resources = { ...this.resources, ...learned };
    return learned;
  }

  forget(...keys: string[]): void {
    this.resources = { ...this.resources, ...Object.fromEntries(keys.map((key) => [key, null])) };
  }

  text(key: string): string {
    return z.string().parse(this.resources[key]);
  }

  ensureHome = async () => this.learn(await this.provider.ensureHome(this.tags, this.resources));
  createVolume = async (spec = VOLUME) =>
    this.learn(await this.provider.createVolume(this.tags, this.resources, spec));
  findVolume = async () => this.learn(await this.provider.findVolume(this.tags, this.resources));
  createMachine = async (spec = MACHINE) =>
    this.learn(await this.provider.createMachine(this.tags, this.resources, spec));
  findMachine = async () => this.learn(await this.provider.findMachine(this.tags, this.resources));
  updateMachine = async (spec: MachineSpec) =>
    this.learn(await this.provider.updateMachine(this.tags, this.resources, spec));
  changeMachineSize = async (change: SizeChange) =>
    this.learn(await this.provider.changeMachineSize(this.tags, this.resources, change));
  observeVolume = () => this.provider.observeVolume(this.tags, this.resources);
  forkVolume = async (spec = VOLUME) =>
    this.learn(await this.provider.forkVolume(this.tags, this.resources, spec));
  hold = async () => this.learn(await this.provider.holdMachine(this.tags, this.resources));
  release = async () => this.learn(await this.provider.releaseMachine(this.tags, this.resources));
  extendVolume = (sizeGb: number) => this.provider.extendVolume(this.tags, this.resources, sizeGb);
  observe = (wait?: MachineWait) => this.provider.observeMachine(this.tags, this.resources, wait);
  start = () => this.provider.startMachine(this.tags, this.resources);
  stop = () => this.provider.stopMachine(this.tags, this.resources);
  deleteMachines = () => this.provider.deleteMachines(this.tags, this.resources);
  deleteVolumes = () => this.provider.deleteVolumes(this.tags, this.resources);
  deleteMachine = (machineId: string) => this.provider.deleteMachine(this.tags, this.resources, machineId);
  deleteVolume = (volumeId: string) => this.provider.deleteVolume(this.tags, this.resources, volumeId);
  deleteHome = () => this.provider.deleteHome(this.tags, this.resources);
  owned = () => this.provider.listOwned(this.tags, this.resources);
  removeSurplusVolumes = () => this.provider.removeSurplusVolumes(this.tags, this.resources);

  async provision(): Promise<void> {
    await this.ensureHome();
    await this.createVolume();
    await this.createMachine();
    await this.observe({ until: 'running', waitMs: 10_000 });
  }
}

export class FlyHarness {
  readonly calls: ProviderCall[] = [];
  /** What was wrong with requests and answers; empty = nothing. */
  readonly problems: string[] = [];
  judged = 0;
  readonly #simulator: TestSimulator;
  #lastInstance = 0;

  private constructor(simulator: TestSimulator) {
    this.#simulator = simulator;
  }

  static async start(): Promise<FlyHarness> {
    return new FlyHarness(await TestSimulator.start({ token: TOKEN }));
  }

  stop(): Promise<void> {
    return this.#simulator.end();
  }

  async reset(): Promise<void> {
    await this.control('POST', '/reset');
    this.calls.length = 0;
    this.problems.length = 0;
  }

  provider(
    config: Partial<FlyConfig> = {},
    now?: () => number,
    through: (fetch: Fetch) => Fetch = (fetch) => fetch,
  ): Provider {
    return createFlyProvider({
      fetch: through(this.#fetch),
      config: {
        baseUrl: `${this.#simulator.running.url}/`,
        token: TOKEN,
        orgSlug: 'personal',
        regions: ['iad', 'fra'],
        appPrefix: 'kc',
        ...config,
      },
      log: (call) => this.calls.push(call),
      timing: { sleep: async () => {}, ...(now && { now }) },
    });
  }

  /** A fresh instance. */
  life(provider: Provider = this.provider(), fleetId: string = FLEET): Life {
    this.#lastInstance += 1;
    const instanceId = `0190a7c4-1111-7000-8000-${String(this.#lastInstance).padStart(12, '0')}`;
    const sandboxId = `kc-${instanceId.replaceAll('-', '')}`;
    return new Life(provider, { fleetId, instanceId, userId: 'user-1', sandboxId });
  }

  /** An instance with everything that a provision makes, its machine running. */
  async provisioned(life: Life = this.life()): Promise<Life> {
    await life.provision();
    return life;
  }

  /** A call beside the adapter: somebody else's hand. */
  async api(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...more };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.#simulator.running.url}/v1${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 202 ? null : response.json();
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

  async state() {
    return StateSchema.parse(await this.control('GET', '/state'));
  }

  /** A provider to which successes of a method, on paths of that end, come in other words than the simulator's. */
  mishearing(method: string, pathEnd: RegExp, mishear: (answer: object) => unknown): Provider {
    return this.provider({}, undefined, (fetch) => async (url, init) => {
      const response = await fetch(url, init);
      const isMeant = (init.method ?? 'GET') === method && pathEnd.test(new URL(url).pathname);
      return isMeant && response.ok
        ? Response.json(mishear(z.looseObject({}).parse(await response.json())))
        : response;
    });
  }

  #fetch: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    const answerText = await response.clone().text();
    // A server error comes from an armed fault: the document has none.
    if (response.status < 500) {
      this.judged += 1;
      this.problems.push(
        ...JUDGE.judge({
          method: init.method ?? 'GET',
          path: url.slice(`${this.#simulator.running.url}/v1`.length),
          requestBody: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
          isWrong: false,
          status: response.status,
          contentType: response.headers.get('content-type'),
          answerText,
        }),
      );
    }
    return response;
  };
}
