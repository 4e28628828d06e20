/** Variables that several programs read, each told once. */
import { z } from 'zod';
import { setting } from './facts.ts';

export const SECRET_MIN_LENGTH = 24;
/** Prints 32 random bytes as 64 characters of 0–9 a–f. */
export const MAKE_TEXT = 'openssl rand -hex 32';

export const EnvironmentSetting = setting(z.enum(['development', 'production']).default('production'), {
  group: 'The installation',
  means:
    '`production` or `development`. In production secrets are refused that are weak, stand in an example, serve two purposes or were made for development',
  otherwise: '`production`; by `npm start` `development`',
});

export const InternalApiKeySetting = setting(z.string().min(SECRET_MIN_LENGTH), {
  group: 'Keys',
  means: `the platform API's key named \`internal\`, of scope \`full\`: the console asks with it. ${SECRET_MIN_LENGTH} characters or more`,
  secret: { kind: 'made', make: MAKE_TEXT, encoding: 'text' },
});
