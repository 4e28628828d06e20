/**
 * Whose a project or service is, and how a service was built: in its description. Tags would have to be defined in the
 * account beforehand, and a name is too short. A description has at most 200 characters of a narrow set: letters,
 * digits, spaces, `-` and `_` are all that is used here. Pure.
 */
import type { InstanceTags } from '../provider.ts';
import { TAG } from '../tags.ts';

const FIRST_WORD = 'kiloclaw';

const WORDS = {
  fleet: TAG.fleetId,
  instance: TAG.instanceId,
  user: TAG.userId,
  size: TAG.sizeSource,
  configuration: TAG.configuration,
  rollout: 'rollout',
} as const;

/** What a mark tells, under the names of the tags; nothing where the description is somebody else's. */
export type Mark = Readonly<Record<string, string | undefined>>;

function written(values: Readonly<Partial<Record<keyof typeof WORDS, string | undefined>>>): string {
  const pairs = Object.entries(values).flatMap(([word, value]) => (value ? [`${word} ${value}`] : []));
  return [FIRST_WORD, ...pairs].join(' ');
}

export function projectMark({ fleetId, instanceId, userId }: InstanceTags): string {
  return written({ fleet: fleetId, instance: instanceId, user: userId });
}

export interface ServiceBuild {
  readonly sizeSource: string | undefined;
  readonly configuration: string | undefined;
  readonly rollout?: Rollout | null;
}

/** A service's project says whose user it is: all of it in one description would be too long. */
export function serviceMark({ fleetId, instanceId }: InstanceTags, build: ServiceBuild): string {
  const rollout = build.rollout ? writtenRollout(build.rollout) : undefined;
  const { sizeSource: size, configuration } = build;
  return written({ fleet: fleetId, instance: instanceId, size, configuration, rollout });
}

export function readMark(description: string | null): Mark {
  const [first, ...words] = (description ?? '').split(' ');
  if (first !== FIRST_WORD) return {};
  const pairs = Object.entries(WORDS).map(([word, name]) => {
    const at = words.findIndex((candidate, index) => index % 2 === 0 && candidate === word);
    return [name, at < 0 ? undefined : words[at + 1]];
  });
  return Object.fromEntries(pairs);
}

/** A change of a running service that its containers are replaced for. Milliseconds since 1970, UTC. */
export interface Rollout {
  /** When the service last came to a status before the change, by the provider's clock. */
  readonly afterMs: number;
  /** When the change was asked for, by ours. */
  readonly askedAtMs: number;
}

const RADIX = 36;
const ROLLOUT = /^([0-9a-z]{1,10})-([0-9a-z]{1,10})$/;

function writtenRollout({ afterMs, askedAtMs }: Rollout): string {
  return `${afterMs.toString(RADIX)}-${askedAtMs.toString(RADIX)}`;
}

/** Null where the mark tells of none. */
export function rolloutOf(mark: Mark): Rollout | null {
  const [, after, asked] = ROLLOUT.exec(mark.rollout ?? '') ?? [];
  if (after === undefined || asked === undefined) return null;
  return { afterMs: Number.parseInt(after, RADIX), askedAtMs: Number.parseInt(asked, RADIX) };
}
