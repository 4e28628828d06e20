const PATH_MAX_LENGTH = 2_000;
const PARSE_BASE = 'http://own.invalid';

/**
 * A place within these pages to go to after the sign-in, or null: whatever leads elsewhere, however it is spelt, would
 * let somebody send people from our own sign-in to a page that looks like ours.
 */
export function ownPath(text: string | undefined): string | null {
  if (text === undefined || text.length > PATH_MAX_LENGTH || !text.startsWith('/')) return null;
  // Told as the browser would read it: of "/\t/elsewhere" and "/\elsewhere" it makes "//elsewhere".
  if (!URL.canParse(text, PARSE_BASE)) return null;
  const url = new URL(text, PARSE_BASE);
  // "/..//elsewhere" is ours as it stands and isn't once the dots are resolved.
  const leadsOff = url.origin !== PARSE_BASE || url.pathname.startsWith('//');
  return leadsOff ? null : `${url.pathname}${url.search}${url.hash}`;
}
