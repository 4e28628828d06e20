/** Whether it is really meant: asked at a terminal, else said beforehand with --yes. */

import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { EXIT } from '../../exit-codes.ts';
import { askText, askYesNo } from '../../output/prompts.ts';

function notConfirmed(message: string, nextStep?: string): CliError {
  return new CliError({ exitCode: EXIT.refused, code: 'not_confirmed', message, nextStep });
}

/** Whether it has to be asked: not with --yes. Throws a `CliError` where nobody is there to answer. */
export function mustAsk(cli: Cli, yes: true | undefined): boolean {
  if (yes) return false;
  if (cli.isInteractive) return true;
  throw notConfirmed(
    'Nothing was changed: nobody is there to confirm it.',
    'Look at it with --dry-run, then add --yes to do it without being asked.',
  );
}

/** Asks for a yes. Throws a `CliError` for a no. */
export async function confirmYes(cli: Cli, question: string): Promise<void> {
  if (!(await askYesNo(cli.surroundings, question))) throw notConfirmed('Nothing was changed.');
}

/** Asks for a word to be typed, where what follows can't be taken back. Throws a `CliError` for another word. */
export async function confirmTyped(cli: Cli, what: string, words: readonly string[]): Promise<void> {
  cli.output.notes.line(what);
  const typed = (await askText(cli.surroundings, `Type ${words.join(' or ')} to go on?`)).trim();
  if (!words.includes(typed)) throw notConfirmed('Nothing was changed: what was typed is something else.');
}
