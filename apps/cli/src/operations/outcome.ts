/** What an operation has come to, told to people and scripts. */

import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import type { OperationAnswer } from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Target } from '../commands/shared/target.ts';
import { EXIT } from '../exit-codes.ts';
import { type Cell, toned } from '../output/cells.ts';
import { diskWords, sizeWords } from '../output/hardware-words.ts';
import type { Screen } from '../output/screen.ts';
import { watchCommand } from './follow.ts';

const SECOND_MS = 1_000;
const GB_SUFFIX = /Gb$/;

/** Answers with it; one that still runs sets its exit code. Throws a `CliError` for one that failed or is stuck. */
export function tellOutcome(cli: Cli, target: Target, answer: OperationAnswer): void {
  const { operation } = answer;
  if (operation.status === 'running') {
    cli.exitCode = EXIT.stillRunning;
    cli.output.answer(answer, (screen) =>
      screen.line(`${nameOf(answer)} of ${target.instanceId} is under way.`),
    );
    cli.output.notes.line(`It goes on. To watch it: ${watchCommand(target, operation.id)}`);
    return;
  }
  if (operation.status !== 'succeeded') throw failureOf(target, answer);
  cli.output.answer(answer, (screen) => drawSuccess(screen, target, answer));
}

function nameOf({ operation: { kind } }: OperationAnswer): string {
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function failureOf(target: Target, answer: OperationAnswer): CliError {
  const { id, status, error } = answer.operation;
  const isStuck = status === 'stuck';
  const retry = `kiloclaw ops retry ${target.instanceId} ${id} --user ${target.userId}`;
  return new CliError({
    exitCode: EXIT.failed,
    code: error?.code ?? `operation_${status}`,
    message: `${nameOf(answer)} of ${target.instanceId} ${isStuck ? 'is stuck' : status === 'superseded' ? 'was superseded' : 'failed'}${error === null ? '.' : `: ${error.message}`}`,
    details: error?.details,
    nextStep: isStuck ? `It is tried again by itself, ever more slowly. To try it now: ${retry}` : undefined,
    more: answer,
  });
}

function drawSuccess(screen: Screen, { userId, instanceId }: Target, answer: OperationAnswer): void {
  const { startedAt, endedAt } = answer.operation;
  const tookS =
    endedAt === null ? null : Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / SECOND_MS);
  screen.line(
    toned('good', '✓'),
    `${nameOf(answer)} of ${instanceId} succeeded${tookS === null ? '' : ` in ${tookS} s`}.`,
  );
  const result = answer.result ?? {};
  const pairs = Object.entries(result).filter(([, value]) => typeof value !== 'boolean');
  if (pairs.length > 0)
    screen.pairs(
      pairs.map(([name, value]) => [
        wordsOf(name),
        GB_SUFFIX.test(name) && typeof value === 'number' ? diskWords(value) : valueCell(value),
      ]),
    );
  const named = `${instanceId} --user ${userId}`;
  if (result.needsStart === true) screen.line(`It is stopped: kiloclaw instances start ${named}`);
  if (result.pendingRestart === true || result.needsRestart === true)
    screen.line(`It counts from the next restart: kiloclaw instances restart ${named}`);
}

/** "previousTier" as "previous tier"; a unit goes with its value. */
function wordsOf(name: string): string {
  return name.replace(GB_SUFFIX, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Sizes in words, wherever in a result they stand; what is unknown as it is. */
function valueCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  const size = MachineSizeSchema.safeParse(value);
  if (size.success) return sizeWords(size.data);
  const { machineSize, volumeSizeGb, preset } = value as Record<string, unknown>;
  const words = [
    ...(typeof preset === 'string' ? [preset] : []),
    ...(machineSize === undefined ? [] : [valueCell(machineSize)]),
    ...(typeof volumeSizeGb === 'number' ? [diskWords(volumeSizeGb)] : []),
  ];
  return words.length === 0 ? JSON.stringify(value) : words.join(', ');
}
