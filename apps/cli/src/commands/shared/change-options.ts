/** The options that every change of an instance has. */
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { IdempotencyKeySchema } from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import { asAdminOption } from './actor.ts';
import { wholeNumber } from './numbers.ts';
import { userOption } from './target.ts';

const WAIT_DEFAULT_S = 3_600;
const WAIT_MAX_S = 24 * 3_600;
const SECOND_MS = 1_000;

export interface WaitOptions {
  readonly wait: boolean;
  readonly timeout: number;
}

export interface ChangeOptions extends WaitOptions {
  readonly user?: string | undefined;
  readonly asAdmin?: string | undefined;
  readonly yes?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly idempotencyKey?: string | undefined;
}

export function waitMsOf({ wait, timeout }: WaitOptions): number {
  return wait ? timeout * SECOND_MS : 0;
}

export function timeoutOption() {
  return new Option('--timeout <seconds>', 'how long to wait for its end')
    .argParser(wholeNumber(1, WAIT_MAX_S))
    .default(WAIT_DEFAULT_S);
}

export function noWaitOption() {
  return new Option('--no-wait', 'do not wait for its end: exit code 5 where it still runs');
}

export function idempotencyKeyOption() {
  return new Option(
    '--idempotency-key <key>',
    'the same key again is the same change, done once (kept for 24 h)',
  ).argParser((text: string) => {
    const parsed = IdempotencyKeySchema.safeParse(text);
    if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'can’t be used');
    return parsed.data;
  });
}

export function yesOption() {
  return new Option('-y, --yes', 'do not ask');
}

export function dryRunOption() {
  return new Option('--dry-run', 'show what it would do, and do nothing');
}

/**
 * Adds them to a command that names one instance. The type is said and not inferred: the compiler takes minutes to write
 * down what seven options make of a command that it does not know.
 */
export function withChangeOptions<
  Args extends unknown[],
  Opts extends OptionValues,
  Globals extends OptionValues,
>(command: Command<Args, Opts, Globals>): Command<Args, Opts & ChangeOptions, Globals> {
  const options = [
    userOption(),
    asAdminOption(),
    dryRunOption(),
    yesOption(),
    noWaitOption(),
    timeoutOption(),
    idempotencyKeyOption(),
  ];
  for (const option of options) command.addOption(option);
  return command as unknown as Command<Args, Opts & ChangeOptions, Globals>;
}
