/**
 * Fly's refusals as the one taxonomy. Capacity and quota hide behind 400, 403, 409, 412 and 422, so a refusal is
 * classified by HTTP status, by the body's `status` word, and then by its prose, which is never passed on: Fly may
 * echo what it was sent.
 */
import { errorsOf } from '../adapter-error.ts';
import type { HttpAnswer } from '../http-exchange.ts';
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts';
import type { FlyRoute } from './routes.ts';

/** What made a refusal what it is, where the kind alone does not tell. */
export type FlyReason =
  | 'name_taken'
  | 'already_exists'
  | 'lease_held'
  | 'version_replaced'
  | 'volume_bound'
  | 'volume_missing'
  | 'not_from_the_api'
  | 'unreadable';

export interface FlyRefusal {
  readonly method: FlyRoute['method'];
  readonly about: FlyRoute['about'];
  readonly httpStatus: number;
  /** Whether the body was a JSON object, as all of the API's own refusals are. */
  readonly isJson: boolean;
  /** The body's machine-readable word, or ''. */
  readonly statusWord: string;
  readonly text: string;
}

export interface FlyClassification {
  readonly kind: ProviderErrorKind;
  readonly reason?: FlyReason;
}

/** Where a refusal's prose may mean capacity or quota; anywhere else it is not read for them. */
const RESOURCE_STATUSES: ReadonlySet<number> = new Set([400, 403, 409, 412, 422]);
const QUOTA =
  /\bquota\b|over the allowed|\b(?:app|organi[sz]ation|account) is limited to|\blimit (?:reached|exceeded)\b|\badd a payment method\b/i;
const CAPACITY_WORDS: ReadonlySet<string> = new Set(['insufficient_capacity', 'volume_placement_capacity']);
const CAPACITY =
  /\bno capacity\b|\binsufficient (?:resources|memory|cpus?|capacity)\b|\bcould not reserve resource|\bout of capacity\b|\bnot enough (?:compute )?capacity\b/i;
const VOLUME_BOUND = /\bcurrently bound to machine\b/i;
const VOLUME_MISSING = /\bvolume\b.{0,40}\bnot found\b/i;
const NAME_TAKEN = /\bname has already been taken\b/i;
const ALREADY_EXISTS = /\balready[_ ]exists\b/i;
const LEASE_HELD = /\blease currently held\b/i;
const LEASE_HOLDER = /\blease currently held by (\S{1,200}), expires at (\S{1,60})/i;
/** Of a wait: the version waited for has a successor. "Replacing" says that the machine is on its way. */
const VERSION_REPLACED = /\bcurrently replaced\b/i;
const MACHINE_ID_IN_TEXT = /\bmachine id:? ([0-9a-f]{14})\b/i;
/** Lower case, and nothing under `env`: no name of a variable must come out. */
const FIELD = /\b(?:config|compute)(?:\.(?!env\b)[a-z_]{1,40}){1,4}\b|\b(?:size_gb|region)\b/;

/** The kind of a refusal. Pure; knows every status. */
export function classifyFlyRefusal(refusal: FlyRefusal): FlyClassification {
  const { method, httpStatus, text } = refusal;
  if (method === 'GET' && VERSION_REPLACED.test(text) && httpStatus >= 400 && httpStatus < 500)
    return { kind: 'precondition', reason: 'version_replaced' };
  if (RESOURCE_STATUSES.has(httpStatus)) {
    const lacking = lackingResource(refusal);
    if (lacking !== null) return { kind: lacking };
  }
  switch (httpStatus) {
    case 400:
      return VOLUME_MISSING.test(text)
        ? { kind: 'not_found', reason: 'volume_missing' }
        : { kind: 'invalid' };
    case 401:
    case 403:
      return { kind: 'auth' };
    case 404:
      return classifyNotFound(refusal);
    case 408:
      return unanswered(refusal);
    case 409:
    case 412:
      return classifyState(refusal);
    case 422:
      return refusal.statusWord === 'name_taken' || NAME_TAKEN.test(text)
        ? { kind: 'conflict', reason: 'name_taken' }
        : { kind: 'invalid' };
    case 429:
      return { kind: 'rate_limited' };
    default:
      return httpStatus >= 400 && httpStatus < 500 ? { kind: 'invalid' } : unanswered(refusal);
  }
}

function lackingResource({ method, about, statusWord, text }: FlyRefusal): ProviderErrorKind | null {
  if (QUOTA.test(text)) return 'quota';
  if (!CAPACITY_WORDS.has(statusWord) && !CAPACITY.test(text)) return null;
  // A machine and a volume that grows are pinned to the volume's host; a new volume may still go to another host, and so
  // lacks a region.
  return about === 'machine' || method === 'PUT' ? 'host_full' : 'region_full';
}

/** A 404 proves an absence only in the API's own form: a wrong base address answers 404 too. */
function classifyNotFound({ isJson }: FlyRefusal): FlyClassification {
  return isJson ? { kind: 'not_found' } : { kind: 'unavailable', reason: 'not_from_the_api' };
}

function classifyState({ httpStatus, text }: FlyRefusal): FlyClassification {
  // Reported with either status.
  if (VOLUME_BOUND.test(text)) return { kind: 'precondition', reason: 'volume_bound' };
  if (httpStatus === 412) return { kind: 'precondition' };
  if (LEASE_HELD.test(text)) return { kind: 'conflict', reason: 'lease_held' };
  return ALREADY_EXISTS.test(text) ? { kind: 'conflict', reason: 'already_exists' } : { kind: 'conflict' };
}

/** Server errors, time-outs upstream, redirects: a write may have happened all the same. */
function unanswered({ method }: FlyRefusal): FlyClassification {
  return { kind: method === 'GET' ? 'unavailable' : 'ambiguous' };
}

/** The error of an answer that is not a success. */
export function flyRefusalError(route: FlyRoute, answer: HttpAnswer): ProviderError {
  const { error, status } = bodyOf(answer);
  const { kind, reason } = classifyFlyRefusal({
    method: route.method,
    about: route.about,
    httpStatus: answer.status,
    isJson: typeof answer.json === 'object' && answer.json !== null,
    statusWord: status,
    text: error,
  });
  const field = kind === 'invalid' ? FIELD.exec(error)?.[0] : undefined;
  // The machine that already has the name: Fly tells it in prose alone.
  const machineId = reason === 'already_exists' ? MACHINE_ID_IN_TEXT.exec(error)?.[1] : undefined;
  return flyError(kind, sentenceOf(kind, reason, route, answer.status, field), {
    answer,
    details: {
      ...(reason && { reason }),
      ...(field && { field }),
      ...(machineId && { machineId }),
      ...(reason === 'lease_held' && leaseHolderIn(error)),
    },
  });
}

/** Who holds the lease, and until when, in Fly's words; Fly tells it in prose alone. */
function leaseHolderIn(text: string): { heldBy?: string; heldUntil?: string } {
  const [, heldBy, heldUntil] = LEASE_HOLDER.exec(text) ?? [];
  return { ...(heldBy && { heldBy }), ...(heldUntil && { heldUntil: heldUntil.replace(/[.,;]$/, '') }) };
}

/** The error of a success whose body can't be used: what was done is not known. */
export function unreadableAnswerError(route: FlyRoute, answer: HttpAnswer): ProviderError {
  const kind = route.method === 'GET' ? 'unavailable' : 'ambiguous';
  const message = `Fly was asked to ${route.doing} and answered ${answer.status} in a form that can't be read. Check FLY_API_BASE_URL if this stays.`;
  return flyError(kind, message, { answer, details: { reason: 'unreadable' satisfies FlyReason } });
}

export const flyError = errorsOf('fly');

export function hasReason(error: unknown, reason: FlyReason): error is ProviderError {
  return error instanceof ProviderError && error.facts.details?.reason === reason;
}

/** The body's `error` and `status`; the raw beginning where it is no JSON, and '' for what is no text. */
function bodyOf({ json, text }: HttpAnswer): { error: string; status: string } {
  if (typeof json !== 'object' || json === null) return { error: text, status: '' };
  const error = 'error' in json && typeof json.error === 'string' ? json.error : '';
  const status = 'status' in json && typeof json.status === 'string' ? json.status : '';
  return { error, status };
}

function sentenceOf(
  kind: ProviderErrorKind,
  reason: FlyReason | undefined,
  { doing }: FlyRoute,
  httpStatus: number,
  field: string | undefined,
): string {
  const refused = `Fly refused to ${doing}`;
  if (reason === 'name_taken') return `${refused}: its name is taken.`;
  if (reason === 'already_exists') return `${refused}: there is one of its name.`;
  if (reason === 'lease_held') return `${refused}: somebody else holds a lease on it.`;
  if (reason === 'version_replaced') return `${refused}: it has been changed since.`;
  if (reason === 'volume_bound') return `${refused}: a machine still binds it.`;
  if (reason === 'volume_missing') return `${refused}: its volume is gone.`;
  if (reason === 'not_from_the_api') {
    return `The answer to the call to ${doing} (404) did not come from the Machines API: check FLY_API_BASE_URL.`;
  }
  const sentences: Record<ProviderErrorKind, string> = {
    invalid: `${refused} as invalid (${field ?? `HTTP ${httpStatus}`}).`,
    auth: `${refused}: FLY_API_TOKEN is not accepted for it. Check that the token is valid and covers the organisation.`,
    quota: `${refused}: the organisation's quota is used up. Raise it with Fly, or free what is not needed.`,
    host_full: `${refused}: the host that holds its volume has no room for this size.`,
    region_full: `${refused}: the region has no room for it. Try another region.`,
    host_too_small: `${refused}: no host is large enough.`,
    conflict: `${refused}: it was changed or is in use by somebody else.`,
    precondition: `${refused} in its present state.`,
    not_found: `${refused}: it is not there.`,
    rate_limited: `${refused} for now: too many calls.`,
    unavailable: `Fly could not ${doing} (HTTP ${httpStatus}).`,
    ambiguous: `Fly failed to ${doing} (HTTP ${httpStatus}); whether it took effect is not known.`,
  };
  return sentences[kind];
}
