import { describe, expect, it } from 'vitest';
import { engineError } from './engine-errors.ts';

const CREATE = { method: 'POST', route: '/containers/create' };
const READ = { method: 'GET', route: '/containers/{id}/json' };
const errorOf = (asked: Parameters<typeof engineError>[0], status: number, json?: unknown) =>
  engineError(asked, { status, json });

describe('a 404', () => {
  it('is an absence in the engine’s own words alone', () => {
    expect(errorOf(READ, 404, { message: 'No such container: c1' }).kind).toBe('not_found');
    expect(errorOf(READ, 404).kind).toBe('unavailable');
    expect(errorOf(CREATE, 404).kind).toBe('ambiguous');
  });
});

describe('a throttle', () => {
  it('keeps how long it asks to wait', () => {
    const error = engineError(READ, { status: 429, json: {}, retryAfterMs: 7_000 });
    expect(error.facts).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 });
  });
});

describe('the engine’s sentence', () => {
  const asked = (...Env: string[]) => ({ ...CREATE, body: { Image: 'app:v1', Env } });

  it.each([
    ['an entry', 'PASSPHRASE=canary value', 'invalid environment variable: PASSPHRASE=canary value'],
    ['a value', 'PASSPHRASE=canary value', 'the value canary value can’t be used'],
    [
      'a value as JSON spells it',
      'PASSPHRASE=canary"value',
      'invalid: {"Env":["PASSPHRASE=canary\\"value"]}',
    ],
    ['an entry with a short value', 'PIN=743', 'invalid environment variable: PIN=743'],
  ])('is told without %s of the environment', (_what, entry, message) => {
    const told = errorOf(asked(entry), 400, { message }).message;
    expect(told).not.toMatch(/canary|743/);
    expect(told).toMatch(/…/);
  });

  it('is told without a value that stands where it is cut', () => {
    const message = `${'x'.repeat(295)} canary-value`;
    expect(errorOf(asked('A=canary-value'), 400, { message }).message).not.toContain('cana');
  });

  it('is told as it is otherwise', () => {
    const message = 'No such image: app:v1 for port 8080';
    expect(errorOf(asked('PORT=808', 'EMPTY='), 404, { message }).message).toContain(message);
  });
});
