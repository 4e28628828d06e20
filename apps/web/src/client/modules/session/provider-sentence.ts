/** What a sign-in by a provider that failed leaves in the address, in words. */
const SENTENCES: Readonly<Record<string, string>> = {
  not_invited:
    'Nobody here has that account’s verified e-mail address. Ask an admin to invite you, or sign in with your password.',
  sign_in_expired: 'That sign-in took too long, or was begun in another browser. Try again.',
  provider_denied: 'The sign-in was cancelled. Try again, or sign in with your password.',
};
const FAILED = 'The sign-in service did not confirm who you are. Try again, or sign in with your password.';

/** Null where nothing failed. Whatever else stands in the address is never shown. */
export function providerSentence(error: unknown): string | null {
  if (error === undefined) return null;
  return Object.entries(SENTENCES).find(([code]) => code === error)?.[1] ?? FAILED;
}
