/** Asks a person for what a fix could lose something by, one finding at a time. */
import { randomUUID } from 'node:crypto';
import { ProviderIdSchema, type RepairableFinding } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { Cli } from '../cli.ts';
import { askText, askYesNo } from '../output/prompts.ts';
import type { DoctorFinding } from './finding.ts';
import { type Fixed, type FixScope, fixInstance, RETRY_WAIT_S } from './fix.ts';
import { wordsOf } from './words.ts';

type Answered = Omit<Fixed, 'finding'>;

/** An orphan, as far as a deletion has to name it. */
const ResourceSchema = z.object({
  provider: ProviderIdSchema,
  instanceId: z.string(),
  resource: z.enum(['machine', 'volume']),
  id: z.string(),
});

const LEFT: Answered = { outcome: 'left', message: 'Left as it is.' };

export function createAsk(
  { surroundings, output }: Cli,
  scope: Pick<FixScope, 'api' | 'actor'>,
): (finding: DoctorFinding) => Promise<Answered> {
  const yes = (question: string) => askYesNo(surroundings, question);
  const word = async (question: string) => (await askText(surroundings, question)).trim();
  return async (finding) => {
    output.notes.line(`${finding.kind}: ${wordsOf(finding).what}`);
    switch (finding.kind) {
      case 'orphan':
        return deleteOrphan(scope, finding, yes);
      case 'row_missing':
        return writeRow(scope, finding, word);
      case 'volume_not_mounted':
        return (await yes(`Make the machine of ${finding.instanceId} anew on its volume, with downtime?`))
          ? repair(scope, finding, 'volume_not_mounted', 'remount')
          : LEFT;
      case 'duplicate_machines':
        return keepMachine(scope, finding, word);
      case 'retired_volume':
        return letGo(scope, finding, yes);
      default:
        return LEFT;
    }
  };
}

async function deleteOrphan(
  { api, actor }: Pick<FixScope, 'api' | 'actor'>,
  { provider, instanceId, details }: DoctorFinding,
  yes: (question: string) => Promise<boolean>,
): Promise<Answered> {
  const named = ResourceSchema.safeParse({ provider, instanceId, ...details });
  if (!named.success) return LEFT;
  const { resource, id } = named.data;
  if (actor === undefined)
    return {
      outcome: 'left',
      message: 'A deletion is recorded in the name of an admin: give --as-admin USER_ID.',
    };
  const loss = resource === 'volume' ? ', with all its data' : '';
  if (!(await yes(`Delete the ${resource} ${id} at ${provider}${loss}?`))) return LEFT;
  const resources = [{ kind: resource, id, instanceId: named.data.instanceId }];
  const { body } = await api.call('deleteOrphans', { provider: named.data.provider, resources, actor });
  const [result] = body.results;
  if (result?.outcome === 'deleted' || result?.outcome === 'gone')
    return { outcome: 'fixed', message: `The ${resource} is ${result.outcome}.` };
  return { outcome: 'failed', message: result?.error?.message ?? 'It was not deleted.' };
}

async function writeRow(
  scope: Pick<FixScope, 'api' | 'actor'>,
  { instanceId }: DoctorFinding,
  word: (question: string) => Promise<string>,
): Promise<Answered> {
  const userId = await word(`Who owns ${instanceId} (a user id; nothing leaves it)?`);
  if (userId === '' || instanceId === null) return LEFT;
  const { isPaid } = await fixInstance(scope, { userId, instanceId });
  return isPaid
    ? { outcome: 'fixed', message: 'Its row is written.' }
    : {
        outcome: 'failed',
        message: 'The registry has not taken the row: see registry_rejected or Postgres.',
      };
}

async function keepMachine(
  scope: Pick<FixScope, 'api' | 'actor'>,
  finding: DoctorFinding,
  word: (question: string) => Promise<string>,
): Promise<Answered> {
  const ids = textsIn(finding.details.machineIds);
  const kept = await word(`Keep which one of ${ids.join(', ')} (the others are deleted; nothing keeps all)?`);
  if (kept === '') return LEFT;
  if (!ids.includes(kept)) return { outcome: 'left', message: `${kept} is none of its machines.` };
  return repair(scope, finding, 'duplicate_machines', `keep:${kept}`);
}

async function letGo(
  scope: Pick<FixScope, 'api' | 'actor'>,
  finding: DoctorFinding,
  yes: (question: string) => Promise<boolean>,
): Promise<Answered> {
  const ids = textsIn(finding.details.volumeIds);
  let left = 0;
  for (const id of ids) {
    const isMeant = await yes(
      `Delete the volume ${id} that ${finding.instanceId} has left, with all its data?`,
    );
    if (!isMeant) {
      left += 1;
      continue;
    }
    const answer = await repair(scope, finding, 'retired_volume', `delete:${id}`);
    if (answer.outcome !== 'fixed') return answer;
  }
  if (left === ids.length) return LEFT;
  const message = left === 0 ? 'They are deleted.' : `${ids.length - left} deleted, ${left} left.`;
  return { outcome: left === 0 ? 'fixed' : 'left', message };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

async function repair(
  { api, actor }: Pick<FixScope, 'api' | 'actor'>,
  { userId, instanceId }: DoctorFinding,
  finding: RepairableFinding,
  choice: string,
): Promise<Answered> {
  if (userId === null || instanceId === null) return LEFT;
  const input = { userId, instanceId, finding, choice, ...(actor && { actor }) };
  const { body } = await api.call('repair', input, { waitS: RETRY_WAIT_S, idempotencyKey: randomUUID() });
  const { id, status, error } = body.operation;
  if (status === 'succeeded') return { outcome: 'fixed', message: 'It is repaired.' };
  const watch = `\`kiloclaw ops watch ${instanceId} ${id} --user ${userId}\``;
  if (status === 'running') return { outcome: 'left', message: `The repair goes on: ${watch}.` };
  return { outcome: 'failed', message: error?.message ?? `The repair is ${status}: ${watch}.` };
}
