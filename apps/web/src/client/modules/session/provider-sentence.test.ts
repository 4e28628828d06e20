import { expect, it } from 'vitest';
import { providerSentence } from './provider-sentence.ts';

it('says what failed in our own words, whatever stands in the address', () => {
  expect(providerSentence(undefined)).toBeNull();
  expect(providerSentence('not_invited')).toContain('invite');
  for (const made of ['Call us', '__proto__', 'constructor', ['not_invited', 'x']])
    expect(providerSentence(made)).toMatch(/^The sign-in service did not confirm/);
});
