/** One run of the CLI, from its arguments to its exit code. */
import { CommanderError } from 'commander';
import { Cli } from './cli.ts';
import { CliError, type CliErrorFacts, interrupted } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** commander's exit code of a help or version that was asked for. */
const WAS_ASKED_FOR = 0;

/** Never throws: whatever goes wrong is told, and has its exit code. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  // Asked of the arguments themselves: those that can't be parsed are answered in JSON, too.
  const isJson = args.includes('--json');
  const cli = new Cli(surroundings, () => isJson);
  try {
    await createProgram(cli).parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    const facts = factsOf(error, surroundings);
    if (facts === null) return EXIT.ok;
    cli.output.failure(facts);
    return facts.exitCode;
  }
}

/** Null for what is no error: help and version were asked for. */
function factsOf(error: unknown, { interruption }: Surroundings): CliErrorFacts | null {
  if (error instanceof CliError) return error.facts;
  if (interruption.aborted) return interrupted().facts;
  if (error instanceof CommanderError) return error.exitCode === WAS_ASKED_FOR ? null : usageFacts(error);
  // A mistake of ours: its message may hold anything, so that its kind alone is told.
  const kind = error instanceof Error ? error.name : typeof error;
  const where = error instanceof Error ? /\n\s+at (\S+)/.exec(error.stack ?? '')?.[1] : undefined;
  return {
    exitCode: EXIT.failed,
    code: 'internal_error',
    message: `The CLI itself failed (${kind}${where === undefined ? '' : ` in ${where}`}). Please report it.`,
  };
}

function usageFacts({ code, message: said }: CommanderError): CliErrorFacts {
  const nextStep = 'See `kiloclaw --help`, or --help after a command.';
  if (code === 'commander.help')
    return { exitCode: EXIT.usage, code: 'usage', message: 'A command is missing.', nextStep };
  const [message = '', ...hints] = said.replace(/^error: /, '').split('\n');
  // What was given to an option that does not exist may be a secret.
  const told = message.replace(/(unknown option '--?[^'=]+)=.*'$/, "$1'");
  return { exitCode: EXIT.usage, code: 'usage', message: told, nextStep: [...hints, nextStep].join(' ') };
}
