/**
 * The bound on guessing passwords. An attempt is counted before the password is looked at, and taken back if it was
 * right: however many come at once, no more than the bound are looked at.
 */
import { countAttempts, forgetAttempts, giveBackAttempt, type RegistryDb } from '@kiloclaw/db';
import { Refusal } from '../trpc/failures.ts';
import { keyedHash } from './keyed-hash.ts';
import { networkOf } from './network.ts';

/** The same for all that is counted: whoever counts first in a window forgets what is older. */
export const ATTEMPTS_WINDOW_MS = 15 * 60 * 1000;
export const ACCOUNT_ATTEMPTS_MAX = 10;
/** Many people may share an address; one of them has many accounts to try. */
export const ADDRESS_ATTEMPTS_MAX = 60;

export interface SignInAttempt {
  /** As `normalEmail` makes it. */
  readonly email: string;
  /** Null where the platform does not tell. */
  readonly ip: string | null;
  /** The mark of a browser that has signed in to this account before: it is counted by itself. */
  readonly knownBrowser: string | null;
}

export interface GuessBound {
  /** Counts the attempt. Throws `rate_limited`, the same for addresses that nobody has. */
  count(): Promise<void>;
  /** The password was right. */
  settle(): Promise<void>;
}

export function guessBound(db: RegistryDb, secret: string, attempt: SignInAttempt): GuessBound {
  const keyOf = (kind: Counted, text: string) => countKey(secret, kind, text);
  const { email, ip, knownBrowser } = attempt;
  const account =
    knownBrowser === null ? keyOf('account', email) : keyOf('browser', `${email} ${knownBrowser}`);
  const address = ip === null || knownBrowser !== null ? null : keyOf('address', networkOf(ip));
  return {
    count: async () => {
      const keys = address === null ? [account] : [account, address];
      const counts = await countAttempts(db, keys, ATTEMPTS_WINDOW_MS);
      const over = counts.filter(
        ({ key, count }) => count > (key === address ? ADDRESS_ATTEMPTS_MAX : ACCOUNT_ATTEMPTS_MAX),
      );
      if (over.length > 0) throw tooManyAttempts(Math.max(...over.map((each) => each.windowEndsAtMs)));
    },
    settle: async () => {
      await forgetAttempts(db, account);
      if (address !== null) await giveBackAttempt(db, address);
    },
  };
}

/** Who has a new password is not kept out by guesses at the old one. */
export async function forgetGuesses(db: RegistryDb, secret: string, email: string): Promise<void> {
  await forgetAttempts(db, countKey(secret, 'account', normalEmail(email)));
}

type Counted = 'account' | 'address' | 'browser';

const countKey = (secret: string, kind: Counted, text: string) =>
  `sign-in-${kind}:${keyedHash(secret, `sign-in-${kind}`, text)}`;

/** An address as it is compared: the auth library stores it so too. */
export const normalEmail = (email: string) => email.trim().toLowerCase();

function tooManyAttempts(untilMs: number): Refusal {
  const until = new Date(untilMs).toISOString();
  const sentence = `That was too often. Try again after ${until.slice(11, 16)} UTC, or ask an admin for a link to set a new password.`;
  return new Refusal('rate_limited', sentence, { until });
}
