/** Text from outside, made fit for a terminal. */

/**
 * Control characters (an escape sequence begins with one), and those that turn the direction of text around:
 * a name in the registry is its owner's to choose, and must neither paint nor pretend.
 */
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

export function safeText(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}
