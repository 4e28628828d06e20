import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { mayPass, ProviderError, type ProviderErrorKind } from '../provider-error.ts';
import { pause } from './life.ts';
import type { Pace } from './subject.ts';

/** The error that a call ends in; null where it succeeds. Anything but a `ProviderError` is thrown on. */
export async function thrownBy(call: Promise<unknown>): Promise<ProviderError | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

/** Makes the call again for as long as it ends in what may pass; answers with its other error, or null for a success. */
export async function endOf(pace: Pace, call: () => Promise<unknown>): Promise<ProviderError | null> {
  for (let attempt = 1; ; attempt += 1) {
    const error = await thrownBy(call());
    if (error === null || !mayPass(error) || attempt >= pace.triesMost) return error;
    await pause(pace);
  }
}

/** Looks until it holds: what a provider has accepted takes its time. */
export async function eventually(pace: Pace, holds: () => Promise<void>): Promise<void> {
  for (let look = 1; ; look += 1) {
    try {
      await holds();
      return;
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || look >= pace.triesMost) throw error;
      await pause(pace);
    }
  }
}

/** The kind of the error that a call must end in. */
export async function kindOf(call: Promise<unknown>): Promise<ProviderErrorKind> {
  const error = await thrownBy(call);
  if (error === null)
    assert.fail(`a refusal was expected, and the call succeeded with ${inspect(await call)}`);
  return error.kind;
}
