import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import { vi } from 'vitest';
import type { FlySimulator } from '../server.ts';
import type { Settings } from '../settings.ts';
import { DEVIATIONS } from './deviations.ts';
import { text } from './field.ts';
import { OpenApiJudge } from './openapi.ts';
import { INSTANT, TestSimulator } from './test-simulator.ts';

export { field, text } from './field.ts';

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

const JUDGE = new OpenApiJudge(DEVIATIONS);

/** A simulator of its own, with a clock that the test moves; what goes over the wire is held against Fly's document. */
export class Harness {
  readonly clock: ManualClock;
  readonly #simulator: TestSimulator;
  readonly #isJudged: boolean;

  private constructor(clock: ManualClock, simulator: TestSimulator, isJudged: boolean) {
    this.clock = clock;
    this.#simulator = simulator;
    this.#isJudged = isJudged;
  }

  /** `isJudged: false` is for tests that spoil answers. */
  static async start(
    settings: Partial<Settings> = INSTANT,
    { isJudged } = { isJudged: true },
  ): Promise<Harness> {
    const clock = new ManualClock();
    return new Harness(clock, await TestSimulator.start({ token: TOKEN, settings, clock }), isJudged);
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
  async api(method: string, path: string, body?: unknown, leaseNonce?: string): Promise<Answer> {
    const answer = await this.odd(method, path, body, leaseNonce);
    if (this.#isJudged) this.#judge(method, path, body, answer);
    return answer;
  }

  /** The same, for a call that leaves the document on purpose. */
  odd(method: string, path: string, body?: unknown, leaseNonce?: string): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(leaseNonce !== undefined && { 'fly-machine-lease-nonce': leaseNonce }),
    };
    return call(this.simulator.url, method, `/v1${path}`, body, headers);
  }

  #judge(
    method: string,
    path: string,
    requestBody: unknown,
    { status, headers, text: answerText }: Answer,
  ): void {
    const { pathname } = new URL(path, 'http://document');
    // A server error comes from an armed fault: the document has none. Nor has it paths that are not there.
    if (status >= 500 || JUDGE.operationOf(method, pathname) === null) return;
    const contentType = headers.get('content-type');
    // What is refused need not be valid.
    const isWrong = status >= 400;
    const problems = JUDGE.judge({ method, path, requestBody, isWrong, status, contentType, answerText });
    if (problems.length > 0) throw new Error(problems.join('; '));
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
