/** Fetches images that the host lacks. Without credentials: what a registry gives to anyone, or the engine's own hold. */
import type { ImageReadiness, InstanceTags } from '../provider.ts';
import { ImageSchema } from './engine-answers.ts';
import type { EngineApi, EngineRequest } from './engine-api.ts';
import { dockerError, toldBy } from './engine-errors.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';
import { PullMeter } from './pull-progress.ts';

/** Layers that have come stay, so that a pull which is cut off here goes on from there the next time. */
const PULL_TIMEOUT_MS = 60 * 60_000;
/** A pull that tells nothing for this long is not heard any more: its object is gone, and another one has to begin. */
const SILENCE_MS = 200_000;
const MAX_REASON_CHARS = 300;
/** What a registry or engine says to an image that can't be had, rather than to a bad day. */
const REFUSALS = [400, 401, 403, 404, 500];

interface Pull {
  readonly meter: PullMeter;
  heardAtMs: number;
  ended: 'under_way' | 'well' | Error;
}

/**
 * Pulls that are under way: an engine ends a pull with the connection that asked for it, so that somebody has to listen
 * to its end. Each instance listens for itself, as no object may wait for what another one fetches; the engine fetches a
 * layer once, however many ask.
 */
const PULLS = new Map<string, Pull>();

export function cannotPull(image: string, reason: string) {
  const told = reason.trim().slice(0, MAX_REASON_CHARS) || 'no reason given';
  return dockerError(
    'invalid',
    `The image ${image} is not on this host and can't be pulled (${told}). Build or import it there, or choose another image.`,
    { details: { image } },
  );
}

async function isHere(api: EngineApi, image: string): Promise<boolean> {
  return (await api.find(ImageSchema, { method: 'GET', route: '/images/{id}/json', id: image })) !== null;
}

/** To its end. Throws `invalid`, naming the image, where it can't be pulled. */
async function pullToItsEnd(
  api: EngineApi,
  image: string,
  reference: ImageReference,
  pull: Pull,
): Promise<void> {
  const asked: EngineRequest = {
    method: 'POST',
    route: '/images/create',
    query: { fromImage: reference.repository, tag: reference.tag },
    timeoutMs: PULL_TIMEOUT_MS,
    expected: REFUSALS,
  };
  const answer = await api.follow(asked, (line) => {
    pull.heardAtMs = api.now();
    pull.meter.hear(line);
  });
  const { error } = pull.meter;
  if (answer.status !== 200 || error !== null) throw cannotPull(image, error ?? toldBy(answer.json));
  if (!(await isHere(api, image))) throw cannotPull(image, 'the engine does not find it after the pull');
}

function beginPull(api: EngineApi, key: string, image: string, reference: ImageReference): void {
  const pull: Pull = { meter: new PullMeter(), heardAtMs: api.now(), ended: 'under_way' };
  PULLS.set(key, pull);
  // Told by the next look: nobody waits for a pull.
  void pullToItsEnd(api, image, reference, pull).then(
    () => {
      pull.ended = 'well';
    },
    (error: unknown) => {
      pull.ended = error instanceof Error ? error : new Error(String(error));
    },
  );
}

/** Begins a pull, or looks at the one that this instance has begun. Throws what it has failed with, once. */
export async function ensureImage(
  api: EngineApi,
  { instanceId }: InstanceTags,
  image: string,
): Promise<ImageReadiness> {
  const reference = parseImageReference(image);
  if (reference === null) throw cannotPull(image, 'this is no image reference');
  const key = `${instanceId} ${image}`;
  const pull = PULLS.get(key);
  if (pull?.ended === 'under_way' && api.now() - pull.heardAtMs < SILENCE_MS) {
    return { ready: false, percent: pull.meter.percent };
  }
  PULLS.delete(key);
  if (pull?.ended instanceof Error) throw pull.ended;
  if (await isHere(api, image)) return { ready: true };
  beginPull(api, key, image, reference);
  return { ready: false, percent: 0 };
}
