/** One thing asked of the server, under one key for as long as nobody knows whether it arrived. Pure. */
import type { Failure } from './failure.ts';

export interface Submission<Request> {
  /** What was asked, as the form had it. */
  readonly content: string;
  /** What is sent, its key and its times included: each time the very same. */
  readonly request: Request;
}

/** After these nobody knows whether the server has taken it in. */
const ANSWER_LOST: readonly string[] = ['unreachable', 'control_plane_unavailable'];

export function isAnswerLost({ code }: Pick<Failure, 'code'>): boolean {
  return ANSWER_LOST.includes(code);
}

/**
 * The submission of `content`: the one whose answer was lost where the form still says the same, which is then done
 * once however often it is sent; else a new one, with a key of its own.
 */
export function submissionOf<Request>(
  lost: Submission<Request> | null,
  content: string,
  prepare: (idempotencyKey: string) => Request,
): Submission<Request> {
  if (lost?.content === content) return lost;
  return { content, request: prepare(crypto.randomUUID()) };
}
