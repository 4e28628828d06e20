/** The docker-local adapter over a real engine, for a fleet of its own. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createEngineFetcher,
  type EngineAddress,
  hostAddressOf,
} from '@kiloclaw/control-plane/docker-fetcher';
import { createDockerLocalProvider } from '@kiloclaw/control-plane/docker-local';
import { DEMO_IMAGE } from '../demo-image.ts';
import type { EngineExchange } from './engine-document.ts';
import { callEngine } from './obtain-engine.ts';

const HTTP_TRIES = 50;
const HTTP_LOOK_AGAIN_MS = 100;
const WAIT_MS = 10_000;

type Provider = ReturnType<typeof createDockerLocalProvider>;
type MachineSpec = Parameters<Provider['createMachine']>[2];

export const SPEC = {
  size: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  sizeSource: 'tier',
  region: null,
  image: DEMO_IMAGE,
  env: { GREETING: 'hello' },
  mountPath: '/data',
  port: 8080,
  configurationFingerprint: 'first',
} as const;
export const VOLUME = { sizeGb: null, region: null, machineSize: SPEC.size };

/** Below the ports that a host gives away by itself. */
export const PORT_RANGE = { first: 28_000, last: 28_999 };

interface Page {
  readonly cpus: number;
  readonly memory_mb: number;
  readonly starts: number;
  readonly data: readonly string[];
}

export class DockerLocalRig {
  readonly fleetId = randomUUID();
  readonly address: EngineAddress;
  readonly provider: Provider;
  /** All that was asked through the adapter, and answered. */
  readonly exchanges: EngineExchange[] = [];

  constructor(address: EngineAddress) {
    this.address = address;
    this.provider = this.providerWith({});
  }

  providerWith(config: Partial<Parameters<typeof createDockerLocalProvider>[0]['config']>): Provider {
    const fetcher = createEngineFetcher(this.address);
    return createDockerLocalProvider({
      fetch: async (url, init) => {
        const { method = 'GET', body } = init;
        const answer = await fetcher(new Request(url, init));
        const { pathname, search } = new URL(url);
        // A pull's answer is a stream, and is to be read as it comes.
        const answerText = pathname.endsWith('/images/create') ? '' : await answer.clone().text();
        const requestText = String(body ?? '');
        const { status } = answer;
        this.exchanges.push({ method, path: pathname + search, requestText, status, answerText });
        return answer;
      },
      config: { clamp: false, portRange: PORT_RANGE, hostAddress: hostAddressOf(this.address), ...config },
      log: () => {},
    });
  }

  /** Behind the adapter's back. */
  raw(method: string, path: string, body?: object) {
    return callEngine(this.address, method, path, body);
  }

  instance() {
    const instanceId = randomUUID();
    const sandboxId = `kc-${instanceId.replaceAll('-', '')}`;
    return { fleetId: this.fleetId, instanceId, userId: 'alice', sandboxId };
  }

  async provisioned(spec: MachineSpec = SPEC) {
    const tags = this.instance();
    const named = this.provider.nameResources(tags);
    const volume = await this.provider.createVolume(tags, named, VOLUME);
    const machine = await this.provider.createMachine(tags, { ...named, ...volume }, spec);
    return { tags, resources: { ...named, ...volume, ...machine } };
  }

  observe(
    { tags, resources }: Provisioned,
    until?: 'running' | 'stopped',
  ): ReturnType<Provider['observeMachine']> {
    const wait = until === undefined ? undefined : { until, waitMs: WAIT_MS };
    return this.provider.observeMachine(tags, resources, wait);
  }

  /** What the demo image shows; its server needs a moment after the container runs. */
  async page(made: Provisioned): Promise<Page> {
    const seen = await this.observe(made, 'running');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await (await fetch(seen?.endpoint ?? '')).json()) as Page;
      } catch (error) {
        if (attempt >= HTTP_TRIES) throw error;
        await sleep(HTTP_LOOK_AGAIN_MS);
      }
    }
  }

  async stop(made: Provisioned): Promise<void> {
    await this.provider.stopMachine(made.tags, made.resources);
    const seen = await this.observe(made, 'stopped');
    if (seen?.state !== 'stopped' || seen.endpoint !== null) throw new Error(`not stopped: ${seen?.state}`);
  }

  /** Removes all that the fleet has. */
  async cleanUp(): Promise<void> {
    const left = await this.provider.listFleet(this.fleetId);
    for (const { id, kind } of left)
      if (kind === 'machine') await this.raw('DELETE', `/containers/${id}?force=1`);
    for (const { id, kind } of left) if (kind === 'volume') await this.raw('DELETE', `/volumes/${id}`);
  }
}

export type Provisioned = Awaited<ReturnType<DockerLocalRig['provisioned']>>;
