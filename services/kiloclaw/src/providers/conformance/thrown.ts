import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts';

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

/** The kind of the error that a call must end in. */
export async function kindOf(call: Promise<unknown>): Promise<ProviderErrorKind> {
  const error = await thrownBy(call);
  if (error === null)
    assert.fail(`a refusal was expected, and the call succeeded with ${inspect(await call)}`);
  return error.kind;
}
