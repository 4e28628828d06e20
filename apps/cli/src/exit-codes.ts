/** What the process ends with. Scripts compare these: a code is never given another meaning. */
import type { ErrorCode } from '@kiloclaw/platform-contract';

export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  failed: 4,
  stillRunning: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done; or it was so already',
  refused: 'refused by the control plane, not confirmed, or a check has found something',
  usage:
    'the command or a value in it can’t be used; nothing was asked of the control plane, or it was refused as invalid',
  unreachable: 'no usable answer: not reached, no valid key, or the control plane or its registry is away',
  failed: 'an operation failed, or is stuck: the control plane goes on trying',
  stillRunning:
    'accepted and still running when the wait was over: it goes on, `kiloclaw ops watch` follows it',
  interrupted: 'ended by Ctrl-C; what was asked for goes on',
};

/** Every code of the platform API; a new one does not compile without its place here. */
const EXIT_BY_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  invalid_request: EXIT.usage,
  payload_too_large: EXIT.usage,
  unauthorized: EXIT.unreachable,
  internal_error: EXIT.unreachable,
  overloaded: EXIT.unreachable,
  rate_limited: EXIT.unreachable,
  registry_unavailable: EXIT.unreachable,
  provider_error: EXIT.failed,
  provider_capacity: EXIT.failed,
  provider_timeout: EXIT.failed,
  instance_not_found: EXIT.refused,
  operation_not_found: EXIT.refused,
  not_found: EXIT.refused,
  operation_in_progress: EXIT.refused,
  instance_not_provisioned: EXIT.refused,
  instance_not_stopped: EXIT.refused,
  instance_not_running: EXIT.refused,
  instance_destroying: EXIT.refused,
  use_resize: EXIT.refused,
  plan_stale: EXIT.refused,
  configuration_unknown: EXIT.refused,
  idempotency_key_reused: EXIT.refused,
  state_invalid: EXIT.refused,
  tier_not_offered: EXIT.refused,
  volume_would_shrink: EXIT.refused,
  memory_would_shrink: EXIT.refused,
  cpu_would_shrink: EXIT.refused,
  not_an_upgrade: EXIT.refused,
  override_not_larger: EXIT.refused,
  preset_not_allowed: EXIT.refused,
  volume_size_out_of_range: EXIT.refused,
  volume_not_larger: EXIT.refused,
  provider_unsupported: EXIT.refused,
  host_too_small: EXIT.refused,
  volume_mismatch: EXIT.refused,
};

export function exitCodeOf(code: ErrorCode | 'unreadable_answer'): ExitCode {
  return code === 'unreadable_answer' ? EXIT.unreachable : EXIT_BY_ERROR[code];
}

/** The table of `kiloclaw help exit-codes` and of the reference. */
export function exitCodeRows(): readonly (readonly [code: string, meaning: string])[] {
  return Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]]);
}
