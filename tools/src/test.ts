/** `npm test [-- [--verbose] [suite ...]]`: the whole suite, or the suites named. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryRoot } from './repository-root.ts';
import { runSuitesAsCommand } from './run-suites.ts';
import { chooseSuites } from './suites.ts';

try {
  const { values, positionals } = parseArgs({
    options: { verbose: { type: 'boolean' } },
    allowPositionals: true,
  });
  await runSuitesAsCommand(repositoryRoot, chooseSuites(positionals), values.verbose ?? false);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
