/**
 * One page of a checkup: some rows of the registry in the order of their ids, and the word of each one's object. Ends
 * early where objects are slow, so that whoever waits hears of it; the next page goes on from there.
 */
import type { InstanceRow } from '@kiloclaw/db';
import type { CheckedInstance, CheckupFinding, CheckupPage, Result } from '@kiloclaw/platform-contract';
import type { CheckupFacts } from '../instance/instance-rpc.ts';
import { rfc3339, rfc3339OrNull } from '../time.ts';
import { finding, findingsOf } from './findings.ts';

/** Objects that are woken at once: their start must not crowd out anybody's request. */
const ASKED_AT_ONCE = 20;
/** A page is over soon after: no further objects are asked. */
export const PAGE_MOST_MS = 10_000;

export interface CheckupPorts {
  readonly now: () => number;
  /** Rows in the order of their ids, after `afterId`. Throws `RegistryUnavailable`. */
  readonly readPage: (afterId: string | null, limit: number) => Promise<readonly InstanceRow[]>;
  /** Rows as they are now. Throws `RegistryUnavailable`. */
  readonly rowsOf: (ids: readonly string[]) => Promise<readonly InstanceRow[]>;
  /** Null where the object does not answer in time. Never throws. */
  readonly ask: (row: InstanceRow, live: boolean) => Promise<Result<CheckupFacts | null> | null>;
}

interface Asked {
  readonly row: InstanceRow;
  readonly answer: Result<CheckupFacts | null> | null;
}

/** What holds of an object in the very moment in which its row was read, and of no other. */
const MOMENTARY: ReadonlySet<string> = new Set(['row_differs', 'phantom_override', 'record_lost']);

/** Throws `RegistryUnavailable`. */
export async function checkPage(
  ports: CheckupPorts,
  {
    afterId,
    limit,
    live,
  }: { readonly afterId: string | null; readonly limit: number; readonly live: boolean },
): Promise<CheckupPage> {
  const startedAt = ports.now();
  const rows = await ports.readPage(afterId, limit);
  const asked: Asked[] = [];
  for (let first = 0; first < rows.length; first += ASKED_AT_ONCE) {
    if (first > 0 && ports.now() - startedAt >= PAGE_MOST_MS) break;
    const some = rows.slice(first, first + ASKED_AT_ONCE);
    asked.push(
      ...(await Promise.all(some.map(async (row) => ({ row, answer: await ports.ask(row, live) })))),
    );
  }
  const settled = await askAgain(ports, asked);
  const isOver = asked.length === rows.length && rows.length < limit;
  return {
    checkedAt: rfc3339(startedAt),
    checkedCount: settled.length,
    instances: settled.map(checked).filter(({ findings }) => findings.length > 0),
    looks: looksOf(settled),
    nextCursor: isOver ? null : (asked.at(-1)?.row.id ?? null),
  };
}

/**
 * A row is read before its object is asked, and a change in between makes them differ, rightly. Where they do, both are
 * read anew, and what the first answer told of the look is kept.
 */
async function askAgain(ports: CheckupPorts, asked: readonly Asked[]): Promise<Asked[]> {
  const suspects = asked.filter(({ row, answer }) =>
    findingsIn(row, answer).some(({ kind }) => MOMENTARY.has(kind)),
  );
  if (suspects.length === 0) return [...asked];
  const rows = new Map((await ports.rowsOf(suspects.map(({ row }) => row.id))).map((row) => [row.id, row]));
  const again = new Map<string, Asked | null>();
  for (let first = 0; first < suspects.length; first += ASKED_AT_ONCE) {
    const some = suspects.slice(first, first + ASKED_AT_ONCE);
    for (const each of await Promise.all(some.map((suspect) => askOnceMore(ports, suspect, rows))))
      again.set(each.id, each.asked);
  }
  // Closed or gone in between: nothing to check.
  return asked.flatMap((each) => {
    const anew = again.get(each.row.id);
    return anew === null ? [] : [anew ?? each];
  });
}

async function askOnceMore(
  ports: CheckupPorts,
  { row: before, answer: first }: Asked,
  rows: ReadonlyMap<string, InstanceRow>,
): Promise<{ id: string; asked: Asked | null }> {
  const row = rows.get(before.id);
  if (row === undefined || row.destroyedAt !== before.destroyedAt) return { id: before.id, asked: null };
  const answer = await ports.ask(row, false);
  const looked = first?.ok === true ? first.value : null;
  if (answer?.ok !== true || answer.value === null || looked === null)
    return { id: row.id, asked: { row, answer } };
  const { look, adopted, alarm } = looked;
  return {
    id: row.id,
    asked: { row, answer: { ok: true, value: { ...answer.value, look, adopted, alarm } } },
  };
}

function checked({ row, answer }: Asked): CheckedInstance {
  const { id: instanceId, userId, name, provider, status } = row;
  return { instanceId, userId, name, provider, status, findings: findingsIn(row, answer) };
}

function findingsIn(row: InstanceRow, answer: Asked['answer']): CheckupFinding[] {
  if (answer === null) return [finding('no_answer', null, {})];
  if (!answer.ok) {
    // The object answers strangers as if there were nothing, and whom the row names is one.
    if (answer.error.code === 'instance_not_found') return [finding('owner_differs', null, {})];
    return [finding('state_invalid', null, { message: answer.error.message })];
  }
  if (answer.value !== null) return findingsOf(row, answer.value);
  return row.destroyedAt === null ? [finding('record_lost', null, {})] : [];
}

function looksOf(asked: readonly Asked[]): CheckupPage['looks'] {
  const looks = asked.flatMap(({ answer }) =>
    answer?.ok && answer.value !== null ? [answer.value.look] : [],
  );
  const heldBack = looks.filter(({ outcome }) => outcome === 'held_back');
  const times = heldBack.flatMap(({ at }) => at ?? []);
  return {
    taken: looks.filter(({ outcome }) => outcome === 'taken').length,
    heldBack: heldBack.length,
    failed: looks.filter(({ outcome }) => outcome === 'failed').length,
    oldestAt: rfc3339OrNull(times.length === 0 ? null : Math.min(...times)),
  };
}
