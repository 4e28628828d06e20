import { test } from 'vitest';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const SCENARIO_TIMEOUT_MS = 6 * 60_000;

test.each(SCENARIOS)(
  'who follows the documents of "$name" sees what they say, on a fresh clone',
  async (scenario) => {
    // What was typed and shown stands in the error where it matters.
    await runScenario(scenario, { withModules: true, onText: () => undefined });
  },
  SCENARIO_TIMEOUT_MS,
);
