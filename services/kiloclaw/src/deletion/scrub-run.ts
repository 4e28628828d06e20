/**
 * The deletion of a person, as far as one call gets: the person first, so that nothing new of theirs is stored; then
 * instance by instance the object, and its rows once the object has forgotten; then a look at what is left. Every part
 * can be repeated, so that a call which was cut off is finished by the next one.
 */
import type { BegunDeletion, DeletionTarget, PersonTraces, ScrubbedRows } from '@kiloclaw/db';
import {
  type Failure,
  ok,
  PENDING_LIST_MAX,
  type Result,
  refuse,
  type ScrubPersonAnswer,
} from '@kiloclaw/platform-contract';
import type { ScrubAnswer } from '../instance/instance-rpc.ts';

const PAGE_INSTANCES = 100;
/** Each may be three subrequests, of which a Worker's invocation has 10,000. */
const VISITS_MOST = 2_000;
/** Instances that are asked at once: their start must not crowd out anybody's request. */
const VISITS_AT_ONCE = 10;

/** What a deletion works on. Questions to Postgres throw `RegistryUnavailable`. */
export interface DeletionPorts {
  readonly now: () => number;
  readonly begin: () => Promise<BegunDeletion>;
  readonly targets: (page: { afterId: string | null; limit: number }) => Promise<readonly DeletionTarget[]>;
  readonly scrubRows: (instanceIds: readonly string[]) => Promise<ScrubbedRows>;
  readonly traces: () => Promise<PersonTraces>;
  /** The outcome's row of the audit log. */
  readonly conclude: (outcome: 'succeeded' | 'failed', facts: Record<string, unknown>) => Promise<void>;
  /** True once the instance is gone, false where its destroy goes on after the wait. */
  readonly destroy: (target: DeletionTarget, waitMs: number) => Promise<Result<boolean>>;
  readonly forget: (target: DeletionTarget) => Promise<Result<ScrubAnswer>>;
}

interface Progress {
  readonly until: number;
  instancesDestroyed: number;
  overridesCleared: number;
  overridesAnonymised: number;
  operationsScrubbed: number;
  auditRowsScrubbed: number;
  readonly pending: string[];
  readonly failed: { instanceId: string; code: Failure['code'] }[];
  isWhole: boolean;
}

/** Deletes, for as long as `waitMs` lets it wait for machines to go. Refused for an unknown person and the last admin. */
export async function scrubPerson(
  ports: DeletionPorts,
  userId: string,
  waitMs: number,
): Promise<Result<ScrubPersonAnswer>> {
  const progress = newProgress(ports.now() + waitMs);
  const begun = await ports.begin();
  if (begun.outcome !== 'begun') return REFUSALS[begun.outcome];
  await visitAll(ports, progress);
  const left = await ports.traces();
  const { until: _until, pending, failed, isWhole, ...counts } = progress;
  const failure = failureOf(progress, left);
  const facts = { ...counts, sessionsEnded: begun.sessionsEnded, pending: pending.length };
  await ports.conclude(
    failure === null ? 'succeeded' : 'failed',
    failure === null ? facts : { ...facts, code: failure.code, failed: failed.length },
  );
  if (failure !== null) return { ok: false, error: failure };
  const answer = {
    userId,
    sessionsEnded: begun.sessionsEnded,
    ...counts,
    pending: pending.slice(0, PENDING_LIST_MAX),
    pendingCount: pending.length,
    isFinished: isWhole && pending.length === 0,
  };
  return ok(answer);
}

function newProgress(until: number): Progress {
  return {
    until,
    instancesDestroyed: 0,
    overridesCleared: 0,
    overridesAnonymised: 0,
    operationsScrubbed: 0,
    auditRowsScrubbed: 0,
    pending: [],
    failed: [],
    isWhole: true,
  };
}

const REFUSALS = {
  unknown: refuse('not_found', 'userId: there is no such person. Check the id.', { path: 'userId' }),
  last_admin: refuse(
    'invalid_request',
    'userId: this is the last admin. Make somebody else an admin first, then delete this one.',
    { path: 'userId' },
  ),
};

/** Page by page: first the objects, then the rows of those that have forgotten. */
async function visitAll(ports: DeletionPorts, progress: Progress): Promise<void> {
  let afterId: string | null = null;
  for (let visited = 0; visited < VISITS_MOST; visited += PAGE_INSTANCES) {
    const page: readonly DeletionTarget[] = await ports.targets({ afterId, limit: PAGE_INSTANCES });
    const forgotten: string[] = [];
    for (let first = 0; first < page.length; first += VISITS_AT_ONCE) {
      const some = page.slice(first, first + VISITS_AT_ONCE);
      const done = await Promise.all(some.map((target) => visit(ports, progress, target)));
      forgotten.push(...some.filter((_target, index) => done[index]).map(({ instanceId }) => instanceId));
    }
    if (forgotten.length > 0) progress.auditRowsScrubbed += (await ports.scrubRows(forgotten)).auditRows;
    if (page.length < PAGE_INSTANCES) return;
    afterId = page.at(-1)?.instanceId ?? null;
  }
  progress.isWhole = false;
}

/** True where the object has forgotten, and the registry has what it tells now. */
async function visit(ports: DeletionPorts, progress: Progress, target: DeletionTarget): Promise<boolean> {
  const { instanceId } = target;
  if (target.isOwn && !target.isClosed && !(await destroyed(ports, progress, target))) return false;
  const answer = await ports.forget(target);
  if (!answer.ok) return failed(progress, instanceId, answer.error.code);
  const { overrides, operations, auditRows, isForgotten, isPaid } = answer.value;
  progress.overridesAnonymised += target.isOwn ? 0 : overrides;
  progress.operationsScrubbed += operations;
  progress.auditRowsScrubbed += auditRows;
  if (!isPaid) return failed(progress, instanceId, 'registry_unavailable');
  if (!isForgotten) return failed(progress, instanceId, 'state_invalid');
  if (target.isOwn && target.hasOverride && target.isClosed) progress.overridesCleared += 1;
  return true;
}

/** False where it could not even begin; one that goes on by itself is forgotten all the same. */
async function destroyed(ports: DeletionPorts, progress: Progress, target: DeletionTarget): Promise<boolean> {
  const gone = await ports.destroy(target, Math.max(0, progress.until - ports.now()));
  if (!gone.ok) {
    await ports.forget(target);
    return failed(progress, target.instanceId, gone.error.code);
  }
  if (!gone.value) progress.pending.push(target.instanceId);
  else progress.instancesDestroyed += 1;
  if (gone.value && target.hasOverride) progress.overridesCleared += 1;
  return true;
}

function failed(progress: Progress, instanceId: string, code: Failure['code']): false {
  progress.failed.push({ instanceId, code });
  return false;
}

/** What keeps the deletion from being complete, or null. An instance whose destroy goes on is no failure. */
function failureOf({ failed: instances, isWhole }: Progress, left: PersonTraces): Failure | null {
  const isLeft = Object.values(left).some((count) => count > 0);
  if (instances.length === 0 && !(isLeft && isWhole)) return null;
  const code = instances[0]?.code ?? 'registry_unavailable';
  const message =
    'The deletion is not complete: details say what is left. Ask again: what is done stays done, and the rest is tried anew.';
  return { code, message, details: { left, instances: instances.slice(0, PENDING_LIST_MAX) } };
}
