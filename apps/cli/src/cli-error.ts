/** What ends a command before its end: an exit code, a stable code for scripts, a sentence with the way out. */
import { EXIT, type ExitCode } from './exit-codes.ts';

export interface CliErrorFacts {
  readonly exitCode: ExitCode;
  /** The platform API's code where it comes from there, else one of the CLI's own. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly details?: Record<string, unknown> | undefined;
  /** What to do next, for people. */
  readonly nextStep?: string | undefined;
  /** What else the JSON document holds beside the error. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
  /** Asked again with the same idempotency key, it may well succeed: nobody knows, or says, that it was refused. */
  readonly isPassing?: boolean;
}

export class CliError extends Error {
  readonly facts: CliErrorFacts;
  constructor(facts: CliErrorFacts) {
    super(facts.message);
    this.name = 'CliError';
    this.facts = facts;
  }
}

/** What was typed can't be used. */
export function usageError(message: string, nextStep?: string): CliError {
  return new CliError({ exitCode: EXIT.usage, code: 'usage', message, nextStep });
}

export function interrupted(nextStep?: string): CliError {
  return new CliError({ exitCode: EXIT.interrupted, code: 'interrupted', message: 'Interrupted.', nextStep });
}

/** What is thrown where a change was asked for, and its answer never came: whether it was taken, `howToTell` finds out. */
export function unanswered(error: unknown, howToTell: string): unknown {
  if (!(error instanceof CliError)) return error;
  const { facts } = error;
  if (facts.isPassing !== true && facts.exitCode !== EXIT.interrupted) return error;
  const nextStep = [facts.nextStep, `It may have been taken all the same. ${howToTell}`]
    .filter((step) => step !== undefined)
    .join(' ');
  return new CliError({ ...facts, nextStep });
}
