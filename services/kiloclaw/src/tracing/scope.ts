/** What is under way here and now: its ids for every line of the log, and the span that further ones belong below. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { SpanContext } from '@opentelemetry/api';

export interface ScopeIds {
  readonly requestId?: string;
  readonly instanceId?: string;
  readonly operationId?: string;
}

interface Scope {
  readonly ids: ScopeIds;
  /** Null where nothing is traced. */
  readonly span: SpanContext | null;
}

const NOTHING: Scope = { ids: {}, span: null };
const scopes = new AsyncLocalStorage<Scope>();

export function currentScope(): Scope {
  return scopes.getStore() ?? NOTHING;
}

export function within<Value>(scope: Scope, work: () => Value): Value {
  return scopes.run(scope, work);
}
