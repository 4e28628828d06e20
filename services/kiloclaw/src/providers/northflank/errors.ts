/**
 * Northflank's refusals as the one taxonomy, by HTTP status and then by the body's prose, which is never passed on: it
 * may hold what was sent. The vendor publishes no texts, so that whatever is not recognised falls back on its status.
 */
import { errorsOf, isKind } from '../adapter-error.ts';
import type { HttpAnswer } from '../http-exchange.ts';
import type { ProviderError, ProviderErrorKind } from '../provider-error.ts';
import type { NorthflankRoute } from './routes.ts';

/** What made a refusal what it is, where the kind alone does not tell. */
export type NorthflankReason = 'in_use' | 'not_from_the_api' | 'unreadable';

export interface NorthflankRefusal {
  readonly method: NorthflankRoute['method'];
  readonly about: NorthflankRoute['about'];
  readonly httpStatus: number;
  /** Whether the body was a JSON object, as all of the API's own refusals are. */
  readonly isJson: boolean;
  readonly text: string;
}

export interface NorthflankClassification {
  readonly kind: ProviderErrorKind;
  readonly reason?: NorthflankReason;
}

/** Where a refusal's prose may mean capacity or quota; anywhere else it is not read for them. */
const RESOURCE_STATUSES: ReadonlySet<number> = new Set([400, 402, 403, 409, 412, 422]);
const QUOTA = /\bquota\b|\blimit (?:reached|exceeded)\b/i;
const CAPACITY = /\b(?:no|insufficient|out of|not enough) (?:\w+ )?(?:capacity|resources)\b/i;
/** Of what can't be deleted yet. */
const IN_USE = /\b(?:attached|in use|not empty|isn'?t empty|contains?|child objects|dependencies)\b/i;
const STATE_STATUSES: ReadonlySet<number> = new Set([400, 409, 412, 422]);
/** Names of fields that we send; none that begins with what customers set. */
const FIELD =
  /\b(?:deploymentPlan|storageSize|storageClassName|accessMode|containerMountPath|imagePath|internalPort|volumesToAttach|instances|region|description)\b/;

/** The kind of a refusal. Pure; knows every status. */
export function classifyNorthflankRefusal(refusal: NorthflankRefusal): NorthflankClassification {
  const { httpStatus, method, text } = refusal;
  if (method === 'DELETE' && STATE_STATUSES.has(httpStatus) && IN_USE.test(text)) {
    return { kind: 'precondition', reason: 'in_use' };
  }
  const lacking = lackingResource(refusal);
  if (lacking !== null) return { kind: lacking };
  switch (httpStatus) {
    case 401:
    case 403:
      return { kind: 'auth' };
    case 402:
      return { kind: 'quota' };
    case 404:
      return classifyNotFound(refusal);
    case 408:
      return unanswered(refusal);
    case 409:
      return { kind: 'conflict' };
    case 412:
      return { kind: 'precondition' };
    case 429:
      return { kind: 'rate_limited' };
    default:
      return httpStatus >= 400 && httpStatus < 500 ? { kind: 'invalid' } : unanswered(refusal);
  }
}

function lackingResource({ about, method, httpStatus, text }: NorthflankRefusal): ProviderErrorKind | null {
  if (!RESOURCE_STATUSES.has(httpStatus)) return null;
  if (QUOTA.test(text)) return 'quota';
  if (!CAPACITY.test(text)) return null;
  // What is there stays in its project's region; what is made could be made in another.
  return about === 'service' && method === 'PATCH' ? 'host_full' : 'region_full';
}

/** A 404 proves an absence only in the API's own form: a wrong base address answers 404 too. */
function classifyNotFound({ isJson }: NorthflankRefusal): NorthflankClassification {
  return isJson ? { kind: 'not_found' } : { kind: 'unavailable', reason: 'not_from_the_api' };
}

/** Server errors, gateways' pages, redirects: a write may have happened all the same. */
function unanswered({ method }: NorthflankRefusal): NorthflankClassification {
  return { kind: method === 'GET' ? 'unavailable' : 'ambiguous' };
}

/** The error of an answer that is not a success. */
export function northflankRefusalError(route: NorthflankRoute, answer: HttpAnswer): ProviderError {
  const text = messageOf(answer);
  const { kind, reason } = classifyNorthflankRefusal({
    method: route.method,
    about: route.about,
    httpStatus: answer.status,
    isJson: typeof answer.json === 'object' && answer.json !== null,
    text,
  });
  const field = kind === 'invalid' ? FIELD.exec(text)?.[0] : undefined;
  return northflankError(kind, sentenceOf(kind, reason, route, answer.status, field), {
    answer,
    details: { ...(reason && { reason }), ...(field && { field }) },
  });
}

/** The error of a success whose body can't be used: what was done is not known. */
export function unreadableAnswerError(route: NorthflankRoute, answer: HttpAnswer): ProviderError {
  const kind = route.method === 'GET' ? 'unavailable' : 'ambiguous';
  const message = `Northflank was asked to ${route.doing} and answered ${answer.status} in a form that can't be read. Check NF_API_BASE_URL if this stays.`;
  return northflankError(kind, message, {
    answer,
    details: { reason: 'unreadable' satisfies NorthflankReason },
  });
}

export const northflankError = errorsOf('northflank');

/** Lets a 404 count as done. */
export async function orGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isKind(error, 'not_found')) throw error;
  }
}

/** Null on 404. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isKind(error, 'not_found')) return null;
    throw error;
  }
}

/** `{error: {message}}` by the documents, `{message}` and `{error: text}` as others have met it; else the raw beginning. */
function messageOf({ json, text }: HttpAnswer): string {
  if (typeof json !== 'object' || json === null) return text;
  const error = 'error' in json ? json.error : json;
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  return typeof error.message === 'string' ? error.message : '';
}

function sentenceOf(
  kind: ProviderErrorKind,
  reason: NorthflankReason | undefined,
  { doing }: NorthflankRoute,
  httpStatus: number,
  field: string | undefined,
): string {
  const refused = `Northflank refused to ${doing}`;
  if (reason === 'in_use') return `${refused}: something still uses it, or is in it.`;
  if (reason === 'not_from_the_api') {
    return `The answer to the call to ${doing} (404) did not come from Northflank's API: check NF_API_BASE_URL.`;
  }
  const sentences: Record<ProviderErrorKind, string> = {
    invalid: `${refused} as invalid (${field ?? `HTTP ${httpStatus}`}).`,
    auth: `${refused}: NF_API_TOKEN is not accepted for it. Check that its role covers projects, services and volumes, and that NF_TEAM_ID names its team.`,
    quota: `${refused}: the account's quota is used up. Raise it with Northflank, or free what is not needed.`,
    host_full: `${refused}: there is no room for this size.`,
    region_full: `${refused}: the region has no room for it. Try another region.`,
    host_too_small: `${refused}: no plan is large enough.`,
    conflict: `${refused}: its name is taken, or its state does not allow it.`,
    precondition: `${refused} in its present state.`,
    not_found: `${refused}: it is not there.`,
    rate_limited: `${refused} for now: the account's calls of this hour are used up.`,
    unavailable: `Northflank could not ${doing} (HTTP ${httpStatus}).`,
    ambiguous: `Northflank failed to ${doing} (HTTP ${httpStatus}); whether it took effect is not known.`,
  };
  return sentences[kind];
}
