/** `npm run check`: format, lint, types and house rules, without running a test. */
import process from 'node:process';
import { repositoryRoot } from './repository-root.ts';
import { runSuitesAsCommand } from './run-suites.ts';
import { checkSuites } from './suites.ts';

await runSuitesAsCommand(repositoryRoot, checkSuites(), process.argv.includes('--verbose'));
