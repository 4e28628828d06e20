import { vi } from 'vitest';
import type { FlySimulator } from '../server.ts';
import type { Settings } from '../settings.ts';
import { ManualClock } from './manual-clock.ts';
import { INSTANT, TestSimulator } from './test-simulator.ts';

export const TOKEN = 'test-token';

// Tests over HTTP share the host with many others: these bounds only end what hangs.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
export const PATIENT = { timeout: 10_000 };

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

/** Reads `a.b.0.c` out of parsed JSON; undefined where the path ends early. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return new Map<string, unknown>(Object.entries(current)).get(key);
  }, value);
}

/** The same, for a text that must be there. */
export function text(value: unknown, path: string): string {
  const found = field(value, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path} in ${JSON.stringify(value)}`);
  return found;
}

/** One HTTP call; a body that is a string is sent as it is. */
export async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
): Promise<Answer> {
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(base + path, init);
  const raw = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text: raw,
    body: isJson ? JSON.parse(raw) : null,
  };
}

/** A simulator of its own, with a clock that the test moves. */
export class Harness {
  readonly clock: ManualClock;
  readonly #simulator: TestSimulator;

  private constructor(clock: ManualClock, simulator: TestSimulator) {
    this.clock = clock;
    this.#simulator = simulator;
  }

  static async start(settings: Partial<Settings> = INSTANT): Promise<Harness> {
    const clock = new ManualClock();
    return new Harness(clock, await TestSimulator.start({ token: TOKEN, settings, clock }));
  }

  get simulator(): FlySimulator {
    return this.#simulator.running;
  }

  restart(): Promise<void> {
    return this.#simulator.restart();
  }

  stop(): Promise<void> {
    return this.#simulator.end();
  }

  /** A call of the API; `path` is without `/v1`. */
  api(method: string, path: string, body?: unknown, leaseNonce?: string): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(leaseNonce !== undefined && { 'fly-machine-lease-nonce': leaseNonce }),
    };
    return call(this.simulator.url, method, `/v1${path}`, body, headers);
  }

  /** A call of the control port. */
  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(this.simulator.controlUrl, method, path, body, {});
  }

  /** Makes an app. */
  async app(name: string): Promise<void> {
    const answer = await this.api('POST', '/apps', { app_name: name, org_slug: 'personal' });
    if (answer.status !== 201) throw new Error(`no app: ${answer.text}`);
  }

  /** Makes a volume of 10 GB in `iad` and answers its id. */
  async volume(app: string): Promise<string> {
    const answer = await this.api('POST', `/apps/${app}/volumes`, {
      name: 'data',
      region: 'iad',
      size_gb: 10,
    });
    return text(answer.body, 'id');
  }

  /** Makes a machine and answers its first view. */
  async machine(app: string, config: object = {}, request: object = {}): Promise<unknown> {
    const answer = await this.api('POST', `/apps/${app}/machines`, {
      config: { image: 'registry.example.com/app:1', ...config },
      ...request,
    });
    if (answer.status !== 200) throw new Error(`no machine: ${answer.text}`);
    return answer.body;
  }

  /** The machine's state as a GET answers it; null after 404. */
  async stateOf(app: string, machineId: string): Promise<string | null> {
    const answer = await this.api('GET', `/apps/${app}/machines/${machineId}`);
    return answer.status === 404 ? null : text(answer.body, 'state');
  }
}
