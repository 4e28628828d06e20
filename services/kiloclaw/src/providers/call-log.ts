/** What an adapter tells of each call: enough to count and time it, never a token, env value or body. */
export interface ProviderCall {
  readonly provider: string;
  readonly method: string;
  /** The route's pattern, without ids. */
  readonly route: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly attempt: number;
  readonly providerRequestId?: string;
}

export type LogProviderCall = (call: ProviderCall) => void;
