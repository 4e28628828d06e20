/** Which instance a command is about, and whose it is. */
import { Argument, Option } from '@commander-js/extra-typings';
import {
  InstanceIdSchema,
  type InstancePage,
  type ListedInstance,
  UserIdSchema,
} from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import type { Api } from '../../api/api.ts';
import { CliError, usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-codes.ts';
import { readPages } from './pages.ts';

const SANDBOX_ID = /^kc-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;
/** More than these nobody reads, and two are too many already. */
const CANDIDATES_MAX = 5;
/** What resembles a name is listed with it, 200 a page: beyond these it has to be named by its id. */
const PAGES_SEARCHED_MAX = 5;

export interface Target {
  readonly userId: string;
  readonly instanceId: string;
}

export function instanceArgument() {
  return new Argument(
    '<instance>',
    'its id, its sandbox id (kc-…), or its whole name where no other bears it',
  );
}

export function parseUserId(text: string): string {
  const parsed = UserIdSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'is no user id');
  return parsed.data;
}

export function userOption() {
  return new Option('--user <id>', 'its owner; where it is missing, the registry is asked').argParser(
    parseUserId,
  );
}

/**
 * The API wants an instance named together with its owner, so that a mistyped id harms nobody. With both given, no
 * registry is asked; else it is, and it has to know exactly one such instance. Throws a `CliError` where it does not.
 */
export async function findTarget(api: Api, instance: string, userId: string | undefined): Promise<Target> {
  const instanceId = instanceIdOf(instance);
  if (instanceId !== null && userId !== undefined) return { userId, instanceId };
  const found = await search(api, instance, userId);
  const isMeant = ({ name, ...row }: ListedInstance) =>
    row.instanceId === instanceId || (instanceId === null && name === instance);
  const [first, ...more] = found.items.filter(isMeant);
  // On a page that was not read, another may bear the name.
  if (instanceId === null && found.nextCursor !== null) throw tooMany(instance);
  if (first === undefined) throw notFound(instance, userId);
  if (more.length > 0) throw ambiguous(instance, [first, ...more]);
  return { userId: first.userId, instanceId: first.instanceId };
}

function instanceIdOf(instance: string): string | null {
  const id = instance.toLowerCase().replace(SANDBOX_ID, '$1-$2-$3-$4-$5');
  return InstanceIdSchema.safeParse(id).success ? id : null;
}

async function search(api: Api, instance: string, userId: string | undefined): Promise<InstancePage> {
  const q = instanceIdOf(instance) ?? instance;
  if (q.trim() === '') throw usageError('The instance is missing: its name is empty.');
  try {
    return await readPages(api, { q, userId }, PAGES_SEARCHED_MAX);
  } catch (error) {
    if (!(error instanceof CliError) || error.facts.code !== 'registry_unavailable') throw error;
    throw new CliError({
      ...error.facts,
      message: 'The registry is away, so that nobody can tell whose instance this is.',
      nextStep: 'Give its id and its owner, --user ID: then the registry is not needed.',
    });
  }
}

function notFound(instance: string, userId: string | undefined): CliError {
  const whose = userId === undefined ? '' : ` of ${userId}`;
  return new CliError({
    exitCode: EXIT.refused,
    code: 'instance_not_found',
    message: `The registry knows no instance '${instance}'${whose}.`,
    nextStep:
      'Look for it: kiloclaw instances list -q TEXT. One that is only just being made may need --user as well.',
  });
}

function tooMany(instance: string): CliError {
  return new CliError({
    exitCode: EXIT.refused,
    code: 'instance_ambiguous',
    message: `More instances resemble '${instance}' than are searched: whether it is the name of one alone can’t be told.`,
    nextStep: 'Give the id of the one that is meant, or --user ID.',
  });
}

function ambiguous(instance: string, found: readonly ListedInstance[]): CliError {
  const named = found.slice(0, CANDIDATES_MAX).map(({ instanceId, userId }) => `${instanceId} of ${userId}`);
  return new CliError({
    exitCode: EXIT.refused,
    code: 'instance_ambiguous',
    message: `'${instance}' is the name of more than one instance: ${named.join(', ')}${found.length > CANDIDATES_MAX ? ', …' : ''}.`,
    nextStep: 'Give the id of the one that is meant, or --user ID.',
  });
}
