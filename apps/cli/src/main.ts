/** `kiloclaw`: the process around one run. */
import process from 'node:process';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run.ts';
import { processSurroundings } from './surroundings.ts';

const interruption = new AbortController();
process.on('SIGINT', () => {
  // Whoever presses it again does not want to hear more.
  if (interruption.signal.aborted) process.exit(EXIT.interrupted);
  interruption.abort();
});
// A reader that has enough (`kiloclaw instances list | head`) is no error.
process.stdout.on('error', () => process.exit(EXIT.ok));

process.exitCode = await runCli(process.argv.slice(2), processSurroundings(interruption.signal));
