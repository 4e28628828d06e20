/** The platform API as a caller meets it, and the objects behind it. For tests on workerd. */
/// <reference types="@cloudflare/vitest-plugin/types" />
import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import {
  API_BASE,
  API_KEY_HEADER,
  type DebugView,
  ErrorBodySchema,
  IDEMPOTENCY_KEY_HEADER,
  type OperationAnswer,
  ROUTES,
  type RouteName,
  type StatusView,
  StatusViewSchema,
} from '@kiloclaw/platform-contract';
import { expect } from 'vitest';
import type { Env } from '../env.ts';
import { createAnswerCheck } from '../openapi/testing/answer-check.ts';
import { FULL_KEY } from './bindings.ts';

export interface TestEnv extends Env {
  readonly OBSERVER: Hyperdrive;
  readonly FLY_CONTROL_URL: string;
}
export const bindings = env as unknown as TestEnv;

const ORIGIN = 'http://control-plane.test';
const worker = exports as unknown as { readonly default: { fetch(request: Request): Promise<Response> } };

export interface SendOptions {
  readonly key?: string | null;
  readonly idempotencyKey?: string;
  readonly operationId?: string;
  readonly waitS?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** One request to a route; an input that is a string is sent as it is. */
export async function send(name: RouteName, input: unknown, options: SendOptions = {}): Promise<Answer> {
  const route = ROUTES[name];
  const url = new URL(ORIGIN + API_BASE + route.path.replace(':id', options.operationId ?? ''));
  const headers = new Headers(options.headers);
  if (options.key !== null) headers.set(API_KEY_HEADER, options.key ?? FULL_KEY);
  if (options.idempotencyKey !== undefined) headers.set(IDEMPOTENCY_KEY_HEADER, options.idempotencyKey);
  if (options.waitS !== undefined) headers.set('prefer', `wait=${options.waitS}`);
  const init: RequestInit = { method: route.method, headers };
  if (route.method === 'GET') {
    for (const [field, value] of Object.entries(input as Record<string, unknown>))
      url.searchParams.set(field, String(value));
  } else {
    headers.set('content-type', 'application/json');
    init.body = typeof input === 'string' ? input : JSON.stringify(input);
  }
  return sendRequest(new Request(url, init));
}

const checkAnswer = createAnswerCheck();

/** Throws where the OpenAPI document does not know the answer. */
export async function sendRequest(request: Request): Promise<Answer> {
  const { method, url } = request;
  const response = await worker.default.fetch(request);
  const text = await response.text();
  checkAnswer({ method, url, status: response.status, headers: response.headers, text });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body };
}

/** An answer that has to be a success: its status, and its body as the contract reads it. */
async function called(name: RouteName, input: unknown, options?: SendOptions) {
  const answer = await send(name, input, options);
  if (answer.status >= 300) throw new Error(`${name} answered ${answer.status}: ${answer.text}`);
  return { status: answer.status, body: ROUTES[name].output.parse(answer.body) as unknown };
}

/** The error of an answer that has to be one of the contract's. */
export function errorOf(answer: Answer) {
  expect(answer.headers.get('x-request-id'), answer.text).toBeTruthy();
  const { error } = ErrorBodySchema.parse(answer.body);
  expect(error.requestId).toBe(answer.headers.get('x-request-id'));
  return { status: answer.status, ...error };
}

export interface Target {
  readonly userId: string;
  readonly instanceId: string;
}

/** A user and an instance that no other test names. */
export function newTarget(): Target {
  return { userId: `user-${crypto.randomUUID()}`, instanceId: crypto.randomUUID() };
}

/** Provisions a running instance and hands out its status view. */
export async function provisioned(target: Target, more: object = {}): Promise<StatusView> {
  const { status, body } = await called('provision', { ...target, ...more });
  expect(status).toBe(201);
  return StatusViewSchema.parse(body);
}

type ChangeRoute = 'start' | 'stop' | 'restart' | 'destroy' | 'retryOperation' | 'repair' | 'replaceVolume';

export async function change(name: ChangeRoute, target: Target, options?: SendOptions) {
  const { status, body } = await called(name, target, options);
  return { status, ...(body as OperationAnswer) };
}

export async function statusOf(target: Target): Promise<StatusView> {
  return (await called('status', target)).body as StatusView;
}

export async function debugStatusOf(target: Target): Promise<DebugView> {
  return (await called('debugStatus', target)).body as DebugView;
}

/** The same after a look at the provider. */
export async function liveStatusOf(target: Target): Promise<DebugView> {
  return (await called('debugStatus', { ...target, live: 1 })).body as DebugView;
}

export async function operationsOf(target: Target): Promise<OperationAnswer[]> {
  return ((await called('operations', target)).body as { items: OperationAnswer[] }).items;
}

export async function operationOf(target: Target, operationId: string): Promise<OperationAnswer> {
  return (await called('operation', target, { operationId })).body as OperationAnswer;
}

export function objectOf({ instanceId }: Pick<Target, 'instanceId'>) {
  return bindings.INSTANCE.getByName(instanceId);
}

/** Every row that an instance's object keeps, by table. */
export function storedRows(target: Target): Promise<Record<string, unknown[]>> {
  return runInDurableObject(objectOf(target), (_object, state) => {
    const { sql } = state.storage;
    const tables = sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    return Object.fromEntries(
      tables.map(({ name }) => [name, sql.exec(`SELECT * FROM "${name}"`).toArray()] as const),
    );
  });
}

/** The object loses all that it has stored, its alarm too, and starts as an empty one. */
export async function loseStorage(target: Target): Promise<void> {
  await runInDurableObject(objectOf(target), async (_object, { storage }) => {
    await storage.deleteAll();
    await storage.sync();
  });
  await crash(target);
}

/** Ends the object's process in mid-air: memory and calls under way are lost, what is stored stays. */
export async function crash(target: Target): Promise<void> {
  await runInDurableObject(objectOf(target), (_object, state) => state.abort('crash')).catch(() => undefined);
}

/** The object loses its alarm, and nothing else; its process does not know. */
export async function loseAlarm(target: Target): Promise<void> {
  await runInDurableObject(objectOf(target), (_object, { storage }) => storage.deleteAlarm());
}
