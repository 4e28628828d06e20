import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import { vi } from 'vitest';
import type { NorthflankSimulator } from '../server.ts';
import type { Settings } from '../settings.ts';
import { FactsJudge } from './facts.ts';
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

const JUDGE = new FactsJudge();
const SPOILING = /^\/(faults|services|volumes)/;
// Not of the service: any gateway may answer it.
const TOO_LARGE = 413;

function requireValid(method: string, path: string, answer: Answer): void {
  const { status, headers, text: answerText } = answer;
  if (status === TOO_LARGE) return;
  const contentType = headers.get('content-type');
  // Tests send wrong requests on purpose: here the answers alone are judged.
  const record = { method, path, requestBody: undefined, isWrong: true, status, contentType, answerText };
  const problems = JUDGE.judge(record);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** A simulator of its own, with a clock that the test moves. */
export class Harness {
  readonly clock: ManualClock;
  #isSpoiled = false;
  readonly #simulator: TestSimulator;

  private constructor(clock: ManualClock, simulator: TestSimulator) {
    this.clock = clock;
    this.#simulator = simulator;
  }

  static async start(settings: Partial<Settings> = INSTANT): Promise<Harness> {
    const clock = new ManualClock();
    return new Harness(clock, await TestSimulator.start({ token: TOKEN, settings, clock }));
  }

  get simulator(): NorthflankSimulator {
    return this.#simulator.running;
  }

  restart(): Promise<void> {
    return this.#simulator.restart();
  }

  stop(): Promise<void> {
    return this.#simulator.end();
  }

  /**
   * A call of the API; `path` is without `/v1`. Every answer is held against the published facts, until the control
   * port was asked for something else than the truth.
   */
  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await call(this.simulator.url, method, `/v1${path}`, body);
    if (!this.#isSpoiled) requireValid(method, path, answer);
    return answer;
  }

  /** A call of the control port. */
  control(method: string, path: string, body?: unknown): Promise<Answer> {
    this.#isSpoiled ||= method === 'POST' && SPOILING.test(path);
    return call(this.simulator.controlUrl, method, path, body, {});
  }

  /** Makes a project in `europe-west`. */
  async project(name: string): Promise<void> {
    const answer = await this.api('POST', '/projects', { name, region: 'europe-west' });
    if (answer.status !== 200) throw new Error(`no project: ${answer.text}`);
  }

  /** Makes a ReadWriteOnce volume of 10 GiB, mounted at /data. */
  async volume(project: string, name: string, spec: object = {}): Promise<unknown> {
    const answer = await this.api('POST', `/projects/${project}/volumes`, {
      name,
      mounts: [{ containerMountPath: '/data' }],
      spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240, ...spec },
    });
    if (answer.status !== 200) throw new Error(`no volume: ${answer.text}`);
    return field(answer.body, 'data');
  }

  /** Makes a service of one instance. */
  async service(project: string, name: string, request: object = {}): Promise<unknown> {
    const answer = await this.api('POST', `/projects/${project}/services/deployment`, {
      ...serviceBody(name),
      ...request,
    });
    if (answer.status !== 200) throw new Error(`no service: ${answer.text}`);
    return field(answer.body, 'data');
  }

  /** What a GET answers in `data`; null after 404. */
  async read(path: string): Promise<unknown> {
    const answer = await this.api('GET', path);
    return answer.status === 404 ? null : field(answer.body, 'data');
  }

  /** The status of a service's deployment. */
  async statusOf(project: string, service: string): Promise<string> {
    return text(await this.read(`/projects/${project}/services/${service}`), 'status.deployment.status');
  }

  /** The words of a service's containers, oldest first. */
  async containersOf(project: string, service: string): Promise<string[]> {
    const data = await this.read(`/projects/${project}/services/${service}/containers`);
    const containers = field(data, 'containers');
    return Array.isArray(containers) ? containers.map((container) => text(container, 'status')) : [];
  }
}

/** What a create of a service needs. */
export function serviceBody(name: string): object {
  return {
    name,
    billing: { deploymentPlan: 'nf-compute-100-4' },
    deployment: { instances: 1, external: { imagePath: 'registry.example.com/team/app:v1' } },
  };
}
