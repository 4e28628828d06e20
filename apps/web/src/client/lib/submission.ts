/** One thing asked of the server, under one key for as long as nobody knows whether it arrived. Pure. */
import type { Failure } from './failure.ts';

export interface Submission<Answer> {
  /** What was asked, as the form had it. */
  readonly content: string;
  /** Sends the same request under the same key each time. */
  readonly send: () => Promise<Answer>;
}

/** After these nobody knows whether the server has taken it in. */
const ANSWER_LOST: readonly string[] = ['unreachable', 'control_plane_unavailable'];

export function isAnswerLost({ code }: Pick<Failure, 'code'>): boolean {
  return ANSWER_LOST.includes(code);
}

/**
 * The submission of `content`: the one whose answer was lost where the form still says the same, which is then done
 * once however often it is sent; else a new one.
 */
export function submissionOf<Answer>(
  lost: Submission<Answer> | null,
  content: string,
  send: (idempotencyKey: string) => Promise<Answer>,
): Submission<Answer> {
  if (lost?.content === content) return lost;
  const idempotencyKey = crypto.randomUUID();
  return { content, send: () => send(idempotencyKey) };
}
