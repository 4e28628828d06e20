/** A provision: its answer is the instance, and where that is not there yet the operation, which does not name it. */
import type { OperationAnswer, RouteInput, RouteOutput, StatusView } from '@kiloclaw/platform-contract';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { CliError, interrupted, unanswered } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { toned } from '../output/cells.ts';
import { sizeWords } from '../output/hardware-words.ts';
import { untilOver } from './follow.ts';

const FIRST_WAIT_S = 1;

export interface Provision {
  readonly input: RouteInput<'provision'>;
  readonly idempotencyKey: string;
  readonly waitMs: number;
}

type ProvisionAnswer = RouteOutput<'provision'>;

/**
 * The same request under the same key is the same provision: it is asked for again until the instance is there. Throws a
 * `CliError` where it failed, and `interrupted` at Ctrl-C, with the way to follow it.
 */
export async function provisionAndFollow(
  cli: Cli,
  api: Api,
  { input, idempotencyKey, waitMs }: Provision,
): Promise<ProvisionAnswer> {
  const ask = (waitS: number, bounds: { attempts?: number; timeoutMs?: number } = {}) =>
    api.call('provision', input, { idempotencyKey, waitS, ...bounds });
  const { body: first } = await ask(waitMs === 0 ? 0 : FIRST_WAIT_S).catch((error: unknown) => {
    // Run again under another key, it would make a second instance.
    throw unanswered(error, `To find out, run the command again with ${keyOption(idempotencyKey)}`);
  });
  return untilOver<ProvisionAnswer>(cli, {
    first,
    waitMs,
    operationOf: (answer) =>
      'operation' in answer && answer.operation !== null && 'steps' in answer.operation
        ? answer.operation
        : null,
    look: async (timeoutMs) => (await ask(0, { attempts: 1, timeoutMs })).body,
    whenInterrupted: () =>
      interrupted(
        `The provision goes on. To follow it, run the command again with ${keyOption(idempotencyKey)}`,
      ),
  });
}

function isStatus(answer: ProvisionAnswer): answer is StatusView {
  return 'instanceId' in answer;
}

function keyOption(idempotencyKey: string): string {
  return `--idempotency-key ${idempotencyKey}`;
}

/** Throws a `CliError` where it is stuck. */
export function tellProvisioned(cli: Cli, idempotencyKey: string, answer: ProvisionAnswer): void {
  if (!isStatus(answer)) {
    tellUnfinished(cli, idempotencyKey, answer);
    return;
  }
  cli.output.answer(answer, (screen) => {
    const { instanceId, userId, status, instanceType, machineSize } = answer;
    screen.line(
      toned('good', '✓'),
      `${instanceId} of ${userId} is ${status} on ${instanceType ?? 'a size of its own'}:`,
      sizeWords(machineSize),
    );
  });
}

function tellUnfinished(cli: Cli, idempotencyKey: string, answer: OperationAnswer): void {
  const { status, error } = answer.operation;
  if (status !== 'running')
    throw new CliError({
      exitCode: EXIT.failed,
      code: error?.code ?? `operation_${status}`,
      message: `The provision is ${status}${error === null ? '.' : `: ${error.message}`}`,
      nextStep:
        'It is tried again by itself, ever more slowly. To try it now: kiloclaw ops retry INSTANCE OPERATION',
      more: { ...answer },
    });
  cli.exitCode = EXIT.stillRunning;
  cli.output.answer(answer, (screen) => screen.line('The provision is under way.'));
  cli.output.notes.line(`It goes on. To follow it, run the command again with ${keyOption(idempotencyKey)}`);
}
