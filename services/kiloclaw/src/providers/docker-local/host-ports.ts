/** Ports of the host on which machines are reached: fixed ones, so that an endpoint outlives its container. Pure. */
import type { Resources } from '../provider.ts';
import { dockerError } from './engine-errors.ts';

/** First and last port, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** How many ports are tried for one machine before it is given up: others on the host may hold some. */
export const PORT_TRIES = 10;

/** The port that a container was made with: a container at rest tells it nowhere else in a list. */
export const HOST_PORT_LABEL = 'kiloclaw_host_port';

export function recordedHostPort({ hostPort }: Resources): number | null {
  return typeof hostPort === 'number' ? hostPort : null;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/**
 * The ports to try, best first: the one that the instance had, then those from its own place in the range on, so that
 * instances which are made at the same time rarely meet. Throws `quota` where the fleet has taken them all.
 */
export function portsToTry(
  { first, last }: PortRange,
  instanceId: string,
  had: number | null,
  taken: ReadonlySet<number>,
): readonly number[] {
  const count = last - first + 1;
  const begin = hashOf(instanceId) % count;
  const inRange = Array.from({ length: count }, (_, index) => first + ((begin + index) % count));
  const ports = [...new Set(had === null ? inRange : [had, ...inRange])].filter((port) => !taken.has(port));
  if (ports.length > 0) return ports.slice(0, PORT_TRIES);
  throw dockerError(
    'quota',
    `All ports of this host from ${first} to ${last} are taken by machines of this fleet. Widen DOCKER_LOCAL_PORT_RANGE.`,
  );
}

/** Throws `unavailable`: whoever holds them may let them go. */
export function noPortFree(tried: readonly number[]) {
  return dockerError(
    'unavailable',
    `Something else on this host holds the ports ${tried.join(', ')}. Free one of them, or set DOCKER_LOCAL_PORT_RANGE to a range that is free.`,
  );
}
