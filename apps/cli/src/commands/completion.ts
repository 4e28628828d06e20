import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { Program } from '../root.ts';

/** Added last: it completes the commands that are there by then. */
export function addCompletion(program: Program): void {
  // The library's own command: it prints the shell's script, and answers that script on `complete -- …`.
  tab(program as unknown as Command, { completionCommandName: 'completion' });
}
