/** Walks the fleet by the control plane's checkup, then searches each provider for what no instance claims. */
import {
  type BereftInstance,
  CHECKUP_PAGE_MAX,
  type CheckupPage,
  type OrphansView,
  type ProviderId,
} from '@kiloclaw/platform-contract';
import type { Api } from '../api/api.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { CROWD_KINDS, type DoctorFinding } from './finding.ts';

/** 2,000,000 instances; a page that ends early, since objects are slow, has fewer. */
const PAGES_MAX = 10_000;

export interface Scope {
  readonly userId?: string | undefined;
  readonly provider?: ProviderId | undefined;
  /** Each instance looks at its provider first. */
  readonly isLive: boolean;
  /** What lies at a provider without an instance is nobody's: it is searched for in the whole fleet alone. */
  readonly searchesProviders: boolean;
}

/** What could not be examined, and why. */
export interface Unexamined {
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

export interface Examination {
  readonly checkedCount: number;
  readonly looks: CheckupPage['looks'];
  readonly findings: readonly DoctorFinding[];
  readonly unexamined: readonly Unexamined[];
}

/** Told after each page: how many instances were asked so far. */
export type OnProgress = (checkedCount: number) => void;

/** Throws a `CliError` where the registry can't be walked. A provider that can't be searched is told in the answer. */
export async function examine(api: Api, scope: Scope, onProgress: OnProgress): Promise<Examination> {
  const walked = await walk(api, scope, onProgress);
  const providers = scope.searchesProviders ? await providersOf(api, scope) : [];
  const found: DoctorFinding[] = [];
  const unexamined: Unexamined[] = [];
  for (const provider of providers) {
    try {
      const { body } = await api.call('orphans', { provider });
      found.push(...findingsIn(body, walked.findings));
      unexamined.push(...gapsOf(body));
      if (!scope.isLive) continue;
      const crowded = await lookAtCrowded(api, body, walked.findings);
      found.push(...crowded.found);
      unexamined.push(...crowded.unexamined);
    } catch (error) {
      unexamined.push(gapOf(`what lies at ${provider}`, error));
    }
  }
  return { ...walked, findings: [...walked.findings, ...found], unexamined };
}

async function walk(
  api: Api,
  { userId, provider, isLive }: Scope,
  onProgress: OnProgress,
): Promise<Omit<Examination, 'unexamined'>> {
  const findings: DoctorFinding[] = [];
  let looks: CheckupPage['looks'] = { taken: 0, heldBack: 0, failed: 0, oldestAt: null };
  let checkedCount = 0;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { body } = await api.call('checkup', {
      userId,
      provider,
      cursor,
      limit: CHECKUP_PAGE_MAX,
      live: isLive ? 'true' : 'false',
    });
    checkedCount += body.checkedCount;
    looks = sum(looks, body.looks);
    for (const { instanceId, userId: owner, provider: at, findings: its } of body.instances)
      findings.push(...its.map((each) => ({ ...each, instanceId, userId: owner, provider: at })));
    onProgress(checkedCount);
    if (body.nextCursor === null) break;
    cursor = body.nextCursor;
  }
  return { checkedCount, looks, findings };
}

function sum(a: CheckupPage['looks'], b: CheckupPage['looks']): CheckupPage['looks'] {
  const times = [a.oldestAt, b.oldestAt].filter((at) => at !== null).sort();
  return {
    taken: a.taken + b.taken,
    heldBack: a.heldBack + b.heldBack,
    failed: a.failed + b.failed,
    oldestAt: times[0] ?? null,
  };
}

async function providersOf(api: Api, { provider }: Scope): Promise<readonly ProviderId[]> {
  if (provider !== undefined) return [provider];
  const { body } = await api.call('providers', {});
  return body.providers.map(({ id }) => id);
}

function findingsIn(
  { provider, lookedAt: since, orphans, instances, unregistered }: OrphansView,
  known: readonly DoctorFinding[],
): DoctorFinding[] {
  const nobody = { provider, userId: null };
  return [
    ...orphans.map(({ kind, id, instanceId, reason, createdAt }) => ({
      ...nobody,
      kind: reason === 'unattributed' ? 'unattributed' : 'orphan',
      instanceId,
      since: createdAt,
      details: { resource: kind, id, reason },
    })),
    ...instances.flatMap((bereft) => {
      const missing = missingBeside(bereft, known);
      const { instanceId, userId } = bereft;
      if (missing.length === 0) return [];
      return [{ kind: 'resources_missing', provider, instanceId, userId, since, details: { missing } }];
    }),
    ...unregistered.map(({ instanceId, resources }) => ({
      ...nobody,
      kind: 'row_missing',
      instanceId,
      since: null,
      details: { resources: resources.map(({ kind, id }) => `${kind} ${id}`) },
    })),
  ];
}

/** Without what the instance's own look has told of already. */
function missingBeside(
  { instanceId, missing }: BereftInstance,
  known: readonly DoctorFinding[],
): BereftInstance['missing'] {
  const own = known.filter((finding) => finding.instanceId === instanceId);
  const isTold = {
    volume: own.some(({ kind }) => kind === 'volume_missing'),
    machine: own.some(({ kind, details }) => kind === 'adopted' && details.what === 'machine_forgotten'),
  };
  return missing.filter((resource) => !isTold[resource]);
}

/** Each takes a look of its own, at all that it has: the list alone may be behind. One that refuses it hides no other. */
async function lookAtCrowded(
  api: Api,
  { provider, crowded }: OrphansView,
  known: readonly DoctorFinding[],
): Promise<Pick<Examination, 'unexamined'> & { readonly found: readonly DoctorFinding[] }> {
  const found: DoctorFinding[] = [];
  const unexamined: Unexamined[] = [];
  for (const { instanceId, userId } of crowded) {
    const isTold = (kind: string) =>
      known.some((each) => each.instanceId === instanceId && each.kind === kind);
    try {
      const { body } = await api.call('debugStatus', { instanceId, userId, live: 'true' });
      const news = body.drift.filter(({ kind }) => CROWD_KINDS.includes(kind) && !isTold(kind));
      found.push(...news.map((drift) => ({ ...drift, provider, instanceId, userId })));
    } catch (error) {
      // Without an answer to this one there is none to the others.
      if (error instanceof CliError && error.facts.exitCode === EXIT.unreachable) throw error;
      unexamined.push(gapOf(`what ${instanceId} has more than one of at ${provider}`, error));
    }
  }
  return { found, unexamined };
}

/** Throws what is no answer of the control plane's, and Ctrl-C. */
function gapOf(what: string, error: unknown): Unexamined {
  if (!(error instanceof CliError) || error.facts.exitCode === EXIT.interrupted) throw error;
  const { code, message } = error.facts;
  return { what, code, message };
}

function gapsOf({ provider, unverifiedCount, isCutOff }: OrphansView): Unexamined[] {
  const gaps: Unexamined[] = [];
  if (unverifiedCount > 0) {
    const message = `${unverifiedCount} of the instances that something at ${provider} belongs to could not be asked: nothing of theirs is shown.`;
    gaps.push({ what: `some of what lies at ${provider}`, code: 'unverified', message });
  }
  if (isCutOff) {
    const message = `There is more than one search of ${provider} lists: deal with what is shown, then run the doctor again.`;
    gaps.push({ what: `the rest of what lies at ${provider}`, code: 'cut_off', message });
  }
  return gaps;
}
