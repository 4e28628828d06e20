/**
 * What is traced: a request, the call of an instance in it, each step of an operation with the calls to providers below
 * it, and the operation as a whole. An operation outlives its request and its process: it is a trace of its own, whose
 * id is the operation's, linked to the request that asked for it. No attribute holds a secret, an address or free text.
 */

import type { OperationKind, OperationStatus } from '@kiloclaw/platform-contract';
import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { ProviderCall } from '../providers/call-log.ts';
import { currentScope, type ScopeIds, within } from './scope.ts';
import type { IsolateTracer } from './tracer.ts';

export interface TracedCaller {
  readonly instanceId: string;
  readonly requestId: string;
  /** W3C Trace Context, of the request. */
  readonly traceparent?: string;
}

export interface TracedOperation {
  /** A UUID: without its dashes it is the id of the trace. */
  readonly id: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly requestId: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Of the request that asked for it. */
  readonly traceparent?: string | undefined;
  readonly error: { readonly code: string } | null;
}

/** What an instance has traced. Where nothing is traced, these only say for the log whose work it is. */
export interface Traces {
  call<Value>(caller: TracedCaller, action: string, work: () => Promise<Value>): Promise<Value>;
  /** What an alarm does is no trace: a steady fleet would have little else. */
  alarm<Value>(instanceId: string | null, work: () => Promise<Value>): Promise<Value>;
  /** An attempt whose kind is `error` has failed. */
  step<Attempt extends { readonly kind: string }>(
    operation: TracedOperation,
    step: string,
    instanceId: string,
    work: () => Promise<Attempt>,
  ): Promise<Attempt>;
  operationEnded(operation: TracedOperation, instanceId: string): void;
  /** Sends what has gathered. */
  send(): void;
}

const HEX_OF_SPAN = 16;

export function createTraces(
  isolate: IsolateTracer | null,
  background: (work: Promise<unknown>) => void,
): Traces {
  return {
    call: (caller, action, work) => {
      const { instanceId, requestId } = caller;
      const parent = parentOf(caller.traceparent);
      const name = `instance ${action}`;
      return spanned(isolate, { name, parent, kind: SpanKind.SERVER, ids: { instanceId, requestId } }, work);
    },
    alarm: (instanceId, work) => within({ ids: instanceId === null ? {} : { instanceId }, span: null }, work),
    step: (operation, step, instanceId, work) => {
      const { id: operationId, requestId } = operation;
      const ids = { instanceId, operationId, ...(requestId !== null && { requestId }) };
      const parent = spanOfOperation(operation);
      return spanned(isolate, { name: `step ${step}`, parent, kind: SpanKind.INTERNAL, ids }, work);
    },
    operationEnded: (operation, instanceId) => {
      if (isolate !== null) spanOperation(isolate, operation, instanceId);
    },
    send: () => isolate?.spans.send(background),
  };
}

interface NewSpan {
  readonly name: string;
  /** Null for the root of a trace. */
  readonly parent: SpanContext | null;
  readonly kind: SpanKind;
  readonly ids: ScopeIds;
}

/** Runs `work` below a new span, in a scope with these ids. */
async function spanned<Value>(
  isolate: IsolateTracer | null,
  { name, parent, kind, ids }: NewSpan,
  work: () => Promise<Value>,
): Promise<Value> {
  if (isolate === null) return within({ ids, span: null }, work);
  const span = isolate.tracer.startSpan(name, { kind, attributes: attributesOf(ids) }, belowParent(parent));
  try {
    const value = await within({ ids, span: span.spanContext() }, work);
    if (hasFailed(value)) span.setStatus({ code: SpanStatusCode.ERROR });
    return value;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
    throw error;
  } finally {
    span.end();
  }
}

function hasFailed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'error';
}

export function belowParent(parent: SpanContext | null) {
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

function attributesOf({ requestId, instanceId, operationId }: ScopeIds): Record<string, string> {
  return {
    ...(requestId !== undefined && { 'kiloclaw.request_id': requestId }),
    ...(instanceId !== undefined && { 'kiloclaw.instance_id': instanceId }),
    ...(operationId !== undefined && { 'kiloclaw.operation_id': operationId }),
  };
}

/** Null for a header that is missing or unsound. */
export function parentOf(traceparent: string | undefined): SpanContext | null {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed === null ? null : { ...parsed, isRemote: true };
}

/** `traceparent` of what is under way here, to be passed on; undefined where nothing is traced. */
export function currentTraceparent(): string | undefined {
  const { span } = currentScope();
  if (span === null) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
}

/** Known from its beginning on, and after a restart too: its steps are told long before it has ended. */
function spanOfOperation({ id }: Pick<TracedOperation, 'id'>): SpanContext {
  const traceId = id.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(HEX_OF_SPAN), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

function spanOperation(isolate: IsolateTracer, operation: TracedOperation, instanceId: string): void {
  const { kind, status, requestId, startedAt, endedAt, error } = operation;
  const link = parentOf(operation.traceparent);
  const ids = { instanceId, operationId: operation.id, ...(requestId !== null && { requestId }) };
  const span = isolate.withIds(spanOfOperation(operation), () =>
    isolate.tracer.startSpan(
      `operation ${kind}`,
      {
        root: true,
        kind: SpanKind.INTERNAL,
        startTime: startedAt,
        links: link === null ? [] : [{ context: link }],
        attributes: {
          ...attributesOf(ids),
          'kiloclaw.operation_kind': kind,
          'kiloclaw.operation_status': status,
          ...(error !== null && { 'error.type': error.code }),
        },
      },
      ROOT_CONTEXT,
    ),
  );
  if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endedAt ?? startedAt);
}

/** Told when it is over; below whatever made the call, and nothing where that is not traced. */
export function spanProviderCall(isolate: IsolateTracer | null, call: ProviderCall, now: number): void {
  const { span: parent } = currentScope();
  if (isolate === null || parent === null) return;
  const { provider, method, route, status, durationMs, attempt } = call;
  const span = isolate.tracer.startSpan(
    `${provider} ${method} ${route}`,
    {
      kind: SpanKind.CLIENT,
      startTime: now - durationMs,
      attributes: {
        'kiloclaw.provider': provider,
        'http.request.method': method,
        'url.template': route,
        'http.request.resend_count': attempt - 1,
        ...(status !== null && { 'http.response.status_code': status }),
      },
    },
    belowParent(parent),
  );
  if (status === null || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(now);
}
