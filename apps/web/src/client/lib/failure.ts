/** What went wrong, as a page tells it: the server's own sentence where there is one. */
import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';

const FieldsSchema = z.object({ fields: z.array(z.object({ path: z.string(), message: z.string() })) });
const FailureDataSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
  requestId: z.string(),
});

export interface Failure {
  /** Stable: what a page compares. `unreachable` where no answer came. */
  readonly code: string;
  /** What happened, and what to do. */
  readonly message: string;
  readonly requestId: string | null;
  /** Fields of the request that were refused, by name. */
  readonly fields: Readonly<Record<string, string>>;
}

const UNREACHABLE =
  'The console can’t be reached. Check your connection and try again: nothing that you typed is lost.';

/** Describes whatever a query or mutation threw. */
export function failureOf(error: unknown): Failure {
  const data = error instanceof TRPCClientError ? FailureDataSchema.safeParse(error.data) : null;
  if (data?.success !== true)
    return { code: 'unreachable', message: UNREACHABLE, requestId: null, fields: {} };
  const { code, message, details, requestId } = data.data;
  const refused = FieldsSchema.safeParse(details);
  const fields = refused.success
    ? refused.data.fields.map((field) => [field.path, field.message] as const)
    : [];
  return { code, message, requestId, fields: Object.fromEntries(fields) };
}

export function isSignedOut(error: unknown): boolean {
  return failureOf(error).code === 'signed_out';
}
