import { ProvisionBodySchema, SetSizeOverrideBodySchema } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { NAME_MAX_CHARACTERS, REASON_MAX_CHARACTERS } from './limits.ts';

const accepts = (schema: { safeParse: (value: unknown) => { success: boolean } }, characters: number) =>
  schema.safeParse('a'.repeat(characters)).success;

describe('the bounds of the forms', () => {
  it.each([
    ['reason', SetSizeOverrideBodySchema.shape.reason, REASON_MAX_CHARACTERS],
    ['name', ProvisionBodySchema.shape.name, NAME_MAX_CHARACTERS],
  ])('are the contract’s own: %s', (_name, schema, max) => {
    expect([accepts(schema, max), accepts(schema, max + 1)]).toEqual([true, false]);
  });
});
