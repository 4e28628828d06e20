/** What is submitted for acceptance: by a caller, or by the instance itself. */
import type { Actor } from '@kiloclaw/platform-contract';
import type { Fingerprint } from '../deps.ts';
import type { Caller } from '../instance-rpc.ts';
import type { SupportedOperationKind } from './kinds.ts';
import type { OperationParams } from './operation.ts';

export interface Submission<Kind extends SupportedOperationKind = SupportedOperationKind> {
  readonly kind: Kind;
  readonly actor: Actor;
  readonly askedUserId: string;
  readonly requestId: string | null;
  /** Of the request, where it is traced. */
  readonly traceparent?: string;
  readonly idempotencyKey: string | null;
  /** Over the route and the whole request, by every key; none where no repeat is ever compared with it. */
  readonly fingerprints: readonly Fingerprint[];
  readonly params: OperationParams;
}

/** Submitted by a caller, under the key that it gave. */
export function submittedByCaller<Kind extends SupportedOperationKind>(
  { caller, idempotencyKey }: { readonly caller: Caller; readonly idempotencyKey: string },
  asked: Pick<Submission<Kind>, 'kind' | 'fingerprints' | 'params'>,
): Submission<Kind> {
  const { actor, userId: askedUserId, requestId, traceparent } = caller;
  const submission = { ...asked, actor, askedUserId, requestId, idempotencyKey };
  return traceparent === undefined ? submission : { ...submission, traceparent };
}

/** Submitted by a part of the instance itself, for its owner. */
export function submittedBySystem<Kind extends SupportedOperationKind>(
  part: 'expiry' | 'reconcile' | 'restore',
  askedUserId: string,
  asked: Pick<Submission<Kind>, 'kind' | 'params'>,
): Submission<Kind> {
  const actor = { kind: 'system', id: part } as const;
  return { ...asked, actor, askedUserId, requestId: null, idempotencyKey: null, fingerprints: [] };
}
