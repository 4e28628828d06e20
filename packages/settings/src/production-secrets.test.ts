import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { setting } from './facts.ts';
import { productionFaults } from './production-secrets.ts';
import { readSettings, SettingsError } from './read-settings.ts';
import { EnvironmentSetting, InternalApiKeySetting } from './shared-settings.ts';

const strong = () => randomBytes(32).toString('hex');
const facts = { group: 'One', means: 'what it means' };
const make = 'openssl rand -hex 32';
const Schema = z.object({
  KILOCLAW_ENV: EnvironmentSetting,
  KILOCLAW_INTERNAL_API_KEY: InternalApiKeySetting,
  OTHER_KEYS: setting(z.string().optional(), {
    ...facts,
    secret: { kind: 'made', make, encoding: 'text', within: (text) => text.split(',') },
  }),
  SEALING_KEYS: setting(z.string().optional(), {
    ...facts,
    secret: {
      kind: 'made',
      make: 'openssl rand -base64 32',
      encoding: 'base64',
      within: (text) => text.split(',').map((entry) => entry.split(':')[1] ?? ''),
    },
  }),
  TOKEN: setting(z.string().optional(), { ...facts, secret: { kind: 'issued', by: 'the provider' } }),
  NAME: setting(z.string().optional(), facts),
});
const faults = (source: Record<string, string>, madeForDevelopment: string[] = []) =>
  productionFaults(Schema.shape, source, madeForDevelopment).map(
    ({ name, sentence }) => `${name}: ${sentence}`,
  );

describe('the secrets of a production', () => {
  it('are taken where each is strong and has one purpose', () => {
    const SEALING_KEYS = `k1:${randomBytes(32).toString('base64')},k2:${randomBytes(32).toString('base64')}`;
    const OTHER_KEYS = `${strong()},${strong()}`;
    const source = { KILOCLAW_INTERNAL_API_KEY: strong(), OTHER_KEYS, SEALING_KEYS, TOKEN: 'fm2_short' };
    expect(faults({ ...source, NAME: 'example' })).toEqual([]);
  });

  it.each([
    ['KILOCLAW_INTERNAL_API_KEY', `development-${strong()}`],
    ['OTHER_KEYS', `${strong()},development-${strong()}`],
    [
      'SEALING_KEYS',
      `k1:${randomBytes(32).toString('base64')}, development:${randomBytes(32).toString('base64')}`,
    ],
  ])('are none that a development has made: %s', (name, value) => {
    expect(faults({ [name]: value })[0]).toMatch(
      new RegExp(
        `^${name}: was made for development and is refused in production: make one with "openssl rand`,
      ),
    );
  });

  it('are none of this machine’s development, however they look', () => {
    const secret = strong();
    expect(faults({ KILOCLAW_INTERNAL_API_KEY: secret }, [secret])[0]).toContain('made for development');
    const key = randomBytes(32).toString('base64');
    expect(faults({ SEALING_KEYS: `k1:${key}` }, [key])[0]).toContain('made for development');
  });

  it('are no examples, issued ones included, and the sentence says who gives them out', () => {
    expect(faults({ TOKEN: 'example-token' })).toEqual([
      'TOKEN: is an example and is refused in production: use the one that the provider gives out',
    ]);
    expect(faults({ KILOCLAW_INTERNAL_API_KEY: `${strong()}-changeme` })[0]).toContain('is an example');
  });

  it('are not weak', () => {
    expect(faults({ KILOCLAW_INTERNAL_API_KEY: 'i'.repeat(32) })).toEqual([
      `KILOCLAW_INTERNAL_API_KEY: is too weak for production, with too few different characters: make one with "${make}"`,
    ]);
  });

  it('serve one purpose each, in one variable and in two', () => {
    const secret = strong();
    expect(faults({ KILOCLAW_INTERNAL_API_KEY: secret, TOKEN: secret })[0]).toContain(
      'TOKEN: is the same secret as KILOCLAW_INTERNAL_API_KEY',
    );
    expect(faults({ OTHER_KEYS: `${secret},${secret}` })[0]).toContain('OTHER_KEYS: holds a secret twice');
  });

  it('are looked at in production alone, and stand in no sentence', () => {
    const weak = 'weak-weak-weak-weak-weak-weak';
    const source = { KILOCLAW_INTERNAL_API_KEY: weak };
    expect(readSettings(Schema, { ...source, KILOCLAW_ENV: 'development' })).toMatchObject(source);
    expect(() => readSettings(Schema, source)).toThrow(SettingsError);
    expect(() => readSettings(Schema, source)).toThrow(/KILOCLAW_INTERNAL_API_KEY: is too weak/);
    expect(() => readSettings(Schema, source)).not.toThrow(weak);
  });
});
