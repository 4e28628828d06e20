/** The command tree. Making it does nothing else: the reference and the completion walk it as well. */
import type { Cli } from './cli.ts';
import { COMMANDS } from './commands/command-list.ts';
import { addCompletion } from './commands/completion.ts';
import { exitCodeRows } from './exit-codes.ts';
import { renderTable } from './output/table.ts';
import { createRoot, type Program } from './root.ts';
import { VERSION } from './version.ts';

const INTRODUCTION = `
Where the control plane is, and its key, come from the first of these:
  --profile NAME
  KILOCLAW_API_URL with KILOCLAW_API_KEY or KILOCLAW_API_KEY_FILE
  the profile in use, which \`kiloclaw login\` keeps

Standard output holds the answer, standard error everything else. With --json the answer is exactly one JSON document;
an error is {"error": {"code", "message", "requestId"?, "details"?}} there, too, and its sentence on standard error.
NO_COLOR takes the colours away.

What it ends with: kiloclaw help exit-codes`;

function addExitCodes(program: Program, cli: Cli): void {
  program
    .command('help')
    .description('the help of a command, or what the exit codes mean')
    .argument('[command...]', 'a command, or exit-codes')
    .action((path) => {
      if (path.join(' ') === 'exit-codes') {
        cli.surroundings.stdout.write(`${renderTable(['code', 'meaning'], exitCodeRows(), false)}\n`);
        return;
      }
      program.parse([...path, '--help'], { from: 'user' });
    });
}

/** Throws commander's `CommanderError` for what can't be parsed, `CliError` for everything else. */
export function createProgram(cli: Cli): Program {
  const { stdout, stderr } = cli.surroundings;
  const program = createRoot()
    .description('KiloClaw: fleets of per-customer machines, from the command line')
    .version(VERSION, '-V, --version', 'the version of this CLI')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // Said by who catches the error, as every other error is.
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', INTRODUCTION);
  cli.readOptionsFrom(() => program.opts());
  for (const add of COMMANDS) add(program, cli);
  addExitCodes(program, cli);
  addCompletion(program);
  return program;
}
