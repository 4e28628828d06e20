/** Fetches an image that the host lacks. */
import { PullEndSchema } from './engine-answers.ts';
import type { EngineApi } from './engine-api.ts';
import { dockerError, toldBy } from './engine-errors.ts';
import { parseImageReference } from './image-reference.ts';

/** Layers that have come stay, so that a pull which is cut off here goes on from there the next time. */
const PULL_TIMEOUT_MS = 300_000;
const MAX_REASON_CHARS = 300;

export function cannotPull(image: string, reason: string) {
  const told = reason.trim().slice(0, MAX_REASON_CHARS) || 'no reason given';
  return dockerError(
    'invalid',
    `The image ${image} is not on this host and can't be pulled (${told}). Build or import it there, or choose another image.`,
    { details: { image } },
  );
}

/** Throws `invalid`, naming the image, where it can't be pulled. Repeatable. */
export async function pullImage(api: EngineApi, image: string): Promise<void> {
  const reference = parseImageReference(image);
  if (reference === null) throw cannotPull(image, 'this is no image reference');
  const { status, json } = await api.ask({
    method: 'POST',
    route: '/images/create',
    query: { fromImage: reference.repository, tag: reference.tag },
    timeoutMs: PULL_TIMEOUT_MS,
    expected: [400, 401, 403, 404, 500],
  });
  if (status !== 200) throw cannotPull(image, toldBy(json));
  const { error } = PullEndSchema.catch({}).parse(json);
  if (error !== undefined) throw cannotPull(image, error);
}
