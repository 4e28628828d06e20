/** What `npm run documents:run [-- --installed] [scenario ...]` runs: the documents' commands, on a fresh clone. */
import { parseArgs } from 'node:util';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const say = (text: string) => void process.stdout.write(text);

function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(', ');
    throw new Error(`No documents are run under the name ${unknown.join(', ')}: there are ${known}.`);
  }
  return names.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => names.includes(name));
}

try {
  const { values, positionals } = parseArgs({
    options: { installed: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  for (const scenario of chooseScenarios(positionals)) {
    await runScenario(scenario, { withModules: values.installed, onText: say });
    say(`\n${scenario.name}: every command has done what its document says.\n`);
  }
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exitCode = 1;
}
