/** What the audit page is filtered by, and how its address says so. Pure. */
import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import type { SearchParams, SearchValue } from '../../lib/search-params.ts';
import { textOf } from '../../lib/use-search-view.ts';
import { ACTOR_KINDS, OUTCOMES } from './audit-words.ts';

export type AuditFilter = inferRouterInputs<AppRouter>['admin']['audit']['list']['filter'];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const ACTION = /^[a-z_]{1,60}$/;
const ID_MAX_LENGTH = 200;

/** The filter's fields by their keys in the address. */
const KEYS = {
  actor: 'actorId',
  kind: 'actorKind',
  action: 'action',
  outcome: 'outcome',
  instance: 'instanceId',
  person: 'targetUserId',
  request: 'requestId',
  operation: 'operationId',
  from: 'from',
  to: 'to',
} as const satisfies Record<string, keyof AuditFilter>;

/** What the address doesn't say, or says in a way that can't be meant, is not filtered by. */
export function readAuditFilter(search: SearchParams): AuditFilter {
  const text = (key: keyof typeof KEYS) => textOf(search, key)?.trim();
  const found: { [Key in keyof AuditFilter]: AuditFilter[Key] | undefined } = {
    actorId: idIn(text('actor')),
    actorKind: wordIn(ACTOR_KINDS, text('kind')),
    action: matching(ACTION, text('action')),
    outcome: wordIn(OUTCOMES, text('outcome')),
    instanceId: matching(UUID, text('instance'))?.toLowerCase(),
    targetUserId: matching(USER_ID, text('person')),
    requestId: idIn(text('request')),
    operationId: idIn(text('operation')),
    from: instantIn(text('from')),
    to: instantIn(text('to')),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export function searchOfFilter(filter: AuditFilter): Record<string, SearchValue> {
  return Object.fromEntries(Object.entries(KEYS).map(([key, field]) => [key, filter[field]]));
}

/** Another filter with these fields set; a field that is `undefined` is left out. */
export function withFields(
  filter: AuditFilter,
  changes: { [Key in keyof AuditFilter]?: AuditFilter[Key] | undefined },
): AuditFilter {
  return Object.fromEntries(
    Object.entries({ ...filter, ...changes }).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** Whether the text can be a whole instance id. */
export function isInstanceId(text: string): boolean {
  return UUID.test(text.trim());
}

function matching(pattern: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}

function idIn(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.slice(0, ID_MAX_LENGTH);
}

function wordIn<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  text: string | undefined,
): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => key === text);
}

/** RFC 3339, in UTC. */
function instantIn(text: string | undefined): string | undefined {
  const atMs = text === undefined ? Number.NaN : Date.parse(text);
  const isWithinFourDigits = atMs >= 0 && atMs < 253_402_300_800_000;
  return isWithinFourDigits ? new Date(atMs).toISOString() : undefined;
}

/** An instant as the browser's field for local times holds it; '' for none. */
export function localTimeOf(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What that field holds as an instant; undefined while it is not whole. */
export function instantOfLocal(local: string): string | undefined {
  return instantIn(local === '' ? undefined : local);
}
