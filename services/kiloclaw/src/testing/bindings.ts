/** The settings of the Worker under test. */
import type { Surroundings } from './surroundings.ts';

export const FLY_TOKEN = 'canary-fly-token';
export const FULL_KEY = 'canary-full-key-of-the-tests';
export const READ_KEY = 'canary-read-key-of-the-tests';
export const FLEET_ID = '0190a7c4-0000-7000-8000-000000000001';
export const IMAGE = 'registry.example.com/team/app:v1';

/** Long enough for every operation at a simulator without delays. */
const OPERATION_WAIT_S = 30;
const ENCRYPTION_KEY = btoa('canary-encryption-key-32-bytes-!');

export function testBindings({ flyUrl, flyControlUrl }: Surroundings): Record<string, string> {
  return {
    KILOCLAW_ENV: 'development',
    KILOCLAW_FLEET_ID: FLEET_ID,
    KILOCLAW_INTERNAL_API_KEY: FULL_KEY,
    KILOCLAW_API_KEYS: `reader:read:${READ_KEY}`,
    KILOCLAW_ENCRYPTION_KEYS: `test:${ENCRYPTION_KEY}`,
    KILOCLAW_DEFAULT_IMAGE: IMAGE,
    FLY_API_BASE_URL: flyUrl,
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_CONTROL_URL: flyControlUrl,
    OPERATION_WAIT_S: String(OPERATION_WAIT_S),
  };
}
