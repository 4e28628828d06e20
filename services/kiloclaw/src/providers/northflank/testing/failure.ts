import { ProviderError, type ProviderErrorKind } from '../../provider-error.ts';

/** The error that a call is expected to end in. */
export async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${String(error)}`);
}

export async function kindOf(promise: Promise<unknown>): Promise<ProviderErrorKind> {
  return (await failure(promise)).kind;
}
