/** What people write of themselves and of each other. */
import { z } from 'zod';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './auth.ts';
import { normalEmail } from './guessing.ts';

const EMAIL_MAX_LENGTH = 254;
const NAME_MAX_LENGTH = 100;

export const EmailSchema = z
  .string()
  .max(EMAIL_MAX_LENGTH)
  .transform(normalEmail)
  .pipe(z.email('must be an e-mail address such as alice@example.com'));
/** What ends a line, can't be stored, or turns the direction of what stands after it. */
const NO_NAME_CHARACTERS = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
export const NameSchema = z
  .string()
  .trim()
  .min(1)
  .max(NAME_MAX_LENGTH)
  .refine((name) => !NO_NAME_CHARACTERS.test(name), 'must hold no control characters');
export const NewPasswordSchema = z
  .string()
  .min(PASSWORD_MIN_LENGTH, `must have at least ${PASSWORD_MIN_LENGTH} characters`)
  .max(PASSWORD_MAX_LENGTH, `must have at most ${PASSWORD_MAX_LENGTH} characters`);
export const UserIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A–Z a–z 0–9 _ -');
