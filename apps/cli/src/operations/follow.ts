/** Waits for an operation. Nothing that happens on the way to it ends the wait, but its own end, and ours. */
import type { OperationAnswer, OperationView } from '@kiloclaw/platform-contract';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { CliError, interrupted } from '../cli-error.ts';
import type { Target } from '../commands/shared/target.ts';
import { createProgress } from './progress.ts';

const QUICKEST_MS = 250;
const SLOWEST_MS = 5_000;
const SLOWING = 1.4;
/** The last look may take as long, where the wait is over before. */
const LOOK_LEAST_MS = 1_000;

export interface Wait<Answer> {
  /** The last that is known. */
  readonly first: Answer;
  /** How long to wait at most, in milliseconds. */
  readonly waitMs: number;
  /** The operation that an answer tells of; null where there is none to wait for any more. */
  operationOf(answer: Answer): OperationView | null;
  /** Looks once, and waits `timeoutMs` for its answer. Throws a `CliError`; a passing one does not end the wait. */
  look(timeoutMs: number): Promise<Answer>;
  /** What is thrown at Ctrl-C. */
  whenInterrupted(answer: Answer): CliError;
}

/**
 * The answer once its operation has ended or is stuck, or the wait is over. Looks are quick at first and whenever
 * something has moved, and slow down while nothing does. Throws a `CliError` where the control plane refuses to tell.
 */
export async function untilOver<Answer>(cli: Cli, wait: Wait<Answer>): Promise<Answer> {
  const { surroundings } = cli;
  const progress = createProgress(surroundings, cli.output);
  const deadline = surroundings.now() + wait.waitMs;
  let answer = wait.first;
  let pauseMs = QUICKEST_MS;
  const show = () => {
    const operation = wait.operationOf(answer);
    if (operation !== null) progress.show(operation);
  };
  const isRunning = () => wait.operationOf(answer)?.status === 'running';
  try {
    if (isRunning() && wait.waitMs > 0) show();
    while (isRunning() && surroundings.now() < deadline) {
      await surroundings.sleep(Math.min(pauseMs, Math.max(deadline - surroundings.now(), 1)));
      const before = JSON.stringify(answer);
      const timeoutMs = Math.max(Math.ceil(deadline - surroundings.now()), LOOK_LEAST_MS);
      answer = (await lookOnce(wait, timeoutMs, progress.showLost)) ?? answer;
      const hasMoved = JSON.stringify(answer) !== before;
      if (hasMoved) show();
      pauseMs = hasMoved ? QUICKEST_MS : Math.min(pauseMs * SLOWING, SLOWEST_MS);
    }
    return answer;
  } catch (error) {
    throw surroundings.interruption.aborted ? wait.whenInterrupted(answer) : error;
  } finally {
    progress.end();
  }
}

/** Null where no answer came through: it may the next time. */
async function lookOnce<Answer>(
  wait: Wait<Answer>,
  timeoutMs: number,
  onLost: (reason: string) => void,
): Promise<Answer | null> {
  try {
    return await wait.look(timeoutMs);
  } catch (error) {
    if (!(error instanceof CliError) || error.facts.isPassing !== true) throw error;
    onLost(`${error.message} The operation goes on; asking again.`);
    return null;
  }
}

/** Waits for the operation of an instance. */
export function followOperation(
  cli: Cli,
  api: Api,
  target: Target,
  first: OperationAnswer,
  waitMs: number,
): Promise<OperationAnswer> {
  const operationId = first.operation.id;
  return untilOver<OperationAnswer>(cli, {
    first,
    waitMs,
    operationOf: ({ operation }) => operation,
    look: async (timeoutMs) =>
      (await api.call('operation', target, { operationId, attempts: 1, timeoutMs })).body,
    whenInterrupted: () =>
      interrupted(`The operation goes on. To watch it: ${watchCommand(target, operationId)}`),
  });
}

export function watchCommand({ userId, instanceId }: Target, operationId: string): string {
  return `kiloclaw ops watch ${instanceId} ${operationId} --user ${userId}`;
}
