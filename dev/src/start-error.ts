/** Why the stack can't start or go on. The message is one sentence for the person at the terminal: what is wrong, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The `code` of a system or database error, such as `EACCES` or `28P01`. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
