/** `--fix`: does what loses nothing, asks a person for each of the rest, and tells what became of every finding. */
import { randomUUID } from 'node:crypto';
import type { CheckupFixAnswer, RequestActorSchema } from '@kiloclaw/platform-contract';
import type { z } from 'zod';
import type { Api } from '../api/api.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { DoctorFinding } from './finding.ts';
import { wordsOf } from './words.ts';

/** Long enough for a retry at a provider that answers. */
export const RETRY_WAIT_S = 20;

export type FixOutcome = 'fixed' | 'failed' | 'left';

export interface Fixed {
  readonly finding: DoctorFinding;
  readonly outcome: FixOutcome;
  /** What was done, or what is to be done. */
  readonly message: string;
}

export type Actor = z.infer<typeof RequestActorSchema>;

export interface FixScope {
  readonly api: Api;
  readonly actor: Actor | undefined;
  /** Asks for what may lose something; null where nobody is there to answer. */
  readonly ask: ((finding: DoctorFinding) => Promise<Omit<Fixed, 'finding'>>) | null;
  readonly say: (line: string) => void;
}

interface Owned {
  readonly userId: string;
  readonly instanceId: string;
}

export interface FixRun {
  /** In the order of the findings. */
  readonly fixes: readonly Fixed[];
  /** What ended it before its end: Ctrl-C, or no answer. What was done until then is in `fixes` all the same. */
  readonly ended: CliError | null;
}

/** In the order of the findings. A fix that fails keeps no other from its turn. */
export async function fixAll(scope: FixScope, findings: readonly DoctorFinding[]): Promise<FixRun> {
  const safely = new Map<string, CheckupFixAnswer | CliError>();
  let ended: CliError | null = null;
  for (const finding of findings) {
    const owned = ownedOf(finding);
    if (owned === null || wordsOf(finding).fix !== 'safe' || safely.has(owned.instanceId)) continue;
    scope.say(`putting ${owned.instanceId} right`);
    const answer = await tried(() => fixInstance(scope, owned));
    safely.set(owned.instanceId, answer);
    if (!endsAll(answer)) continue;
    ended = answer;
    break;
  }
  const fixes: Fixed[] = [];
  for (const finding of findings) {
    const { fix, toDo } = wordsOf(finding);
    const isDone = ended === null || fix === 'safe';
    const answer = isDone
      ? await outcomeOf(scope, finding, safely)
      : ({ outcome: 'left', message: toDo } as const);
    if (endsAll(answer)) ended = answer;
    fixes.push({ finding, ...(answer instanceof CliError ? failed(answer) : answer) });
  }
  return { fixes, ended };
}

function ownedOf({ userId, instanceId }: DoctorFinding): Owned | null {
  return userId === null || instanceId === null ? null : { userId, instanceId };
}

async function outcomeOf(
  scope: FixScope,
  finding: DoctorFinding,
  safely: ReadonlyMap<string, CheckupFixAnswer | CliError>,
): Promise<Omit<Fixed, 'finding'> | CliError> {
  const { fix, toDo } = wordsOf(finding);
  const owned = ownedOf(finding);
  if (fix === 'safe' && owned !== null) return safeOutcome(finding, safely.get(owned.instanceId));
  if (fix === 'retry' && owned !== null)
    return tried(() => retry(scope, owned, String(finding.details.operationId)));
  const { ask } = scope;
  if (fix !== 'ask' || ask === null) return { outcome: 'left', message: toDo };
  return tried(() => ask(finding));
}

function failed({ message }: CliError): Omit<Fixed, 'finding'> {
  return { outcome: 'failed', message };
}

/** What the control plane refuses of one finding is told with it. */
async function tried<Value>(work: () => Promise<Value>): Promise<Value | CliError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return error;
  }
}

/** What says the same of all that is left to do. */
function endsAll(answer: unknown): answer is CliError {
  if (!(answer instanceof CliError)) return false;
  const { exitCode } = answer.facts;
  return exitCode === EXIT.interrupted || exitCode === EXIT.unreachable;
}

/** What loses nothing, of one instance. */
export async function fixInstance({ api, actor }: Pick<FixScope, 'api' | 'actor'>, owned: Owned) {
  const { body } = await api.call('fixCheckup', { ...owned, ...(actor && { actor }) });
  return body;
}

function safeOutcome(
  { kind }: DoctorFinding,
  answer: CheckupFixAnswer | CliError | undefined,
): Omit<Fixed, 'finding'> {
  if (answer === undefined) return { outcome: 'left', message: wordsOf({ kind }).toDo };
  if (answer instanceof CliError) return failed(answer);
  const { done, isPaid } = answer;
  switch (kind) {
    case 'record_lost':
      return done.includes('record_restored')
        ? { outcome: 'fixed', message: 'The record is made anew from the row.' }
        : { outcome: 'left', message: 'There was a record by then.' };
    case 'operation_overdue':
      return done.includes('operation_resumed')
        ? { outcome: 'fixed', message: 'It goes on.' }
        : { outcome: 'left', message: 'Its next try is planned, or it has ended.' };
    case 'alarm_late':
    case 'alarm_repaired':
      return { outcome: 'fixed', message: 'The alarm is set, and this is taken note of.' };
    default:
      return isPaid
        ? { outcome: 'fixed', message: 'The row is the object’s.' }
        : {
            outcome: 'failed',
            message: 'The registry has not taken the row: see registry_rejected or Postgres.',
          };
  }
}

async function retry(
  { api, actor, say }: FixScope,
  owned: Owned,
  operationId: string,
): Promise<Omit<Fixed, 'finding'>> {
  say(`trying the operation ${operationId} again`);
  const input = { ...owned, ...(actor && { actor }) };
  const { body } = await api.call('retryOperation', input, {
    operationId,
    waitS: RETRY_WAIT_S,
    idempotencyKey: randomUUID(),
  });
  const { kind, status } = body.operation;
  if (status === 'succeeded') return { outcome: 'fixed', message: `The ${kind} has succeeded.` };
  const watch = `kiloclaw ops watch ${owned.instanceId} ${operationId} --user ${owned.userId}`;
  return { outcome: 'left', message: `The ${kind} was tried again and is ${status}: \`${watch}\`.` };
}
