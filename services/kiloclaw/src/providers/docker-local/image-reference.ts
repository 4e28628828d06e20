/** Image references, as far as a pull needs them taken apart. */

export interface ImageReference {
  /** Registry and name: `ghcr.io/team/app`. */
  readonly repository: string;
  /** A tag, or a digest (`sha256:…`), which outranks it. */
  readonly tag: string;
}

const REPOSITORY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]{1,5})?(\/[a-zA-Z0-9][a-zA-Z0-9._-]*)*$/;
const TAG = /^([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|sha256:[a-f0-9]{64})$/;

/** Null where it is no image reference. Without a tag it is `latest`: an engine that is given none pulls them all. */
export function parseImageReference(image: string): ImageReference | null {
  const [named = '', digest] = image.split('@', 2);
  // A colon before the last slash belongs to the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  const tag = digest ?? (colon === -1 ? 'latest' : named.slice(colon + 1));
  return REPOSITORY.test(repository) && TAG.test(tag) ? { repository, tag } : null;
}
