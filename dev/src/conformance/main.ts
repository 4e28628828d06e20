/** What `npm run conformance -- <provider>` runs: the suite against the provider that the environment names. */
import { parseArgs } from 'node:util';
import { StartError } from '../start-error.ts';
import { type Chosen, chooseSubject, SUBJECT_NAMES } from './choose-subject.ts';
import { runAll } from './run-all.ts';

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal and npm may both hand on one Ctrl-C. */
const SAME_PRESS_MS = 500;
const CALLED_OFF_EXIT_CODE = 130;

const USAGE = `Runs the conformance suite against a real provider, and takes away what it made.

npm run conformance -- <provider> [flags]
  <provider>     ${SUBJECT_NAMES.join(', ')}
  --faults       break calls too: many more machines, each for seconds
  --only TEXT    the cases alone whose names hold this
  --help         show this

fly            FLY_API_TOKEN; FLY_ORG_SLUG, FLY_REGION, FLY_API_BASE_URL where they differ from the defaults
northflank     NF_API_TOKEN, NF_DEPLOYMENT_PLAN; NF_REGION, NF_TEAM_ID, NF_API_BASE_URL and further plans likewise
docker-local   DOCKER_HOST, where the engine is not behind /var/run/docker.sock
KILOCLAW_DEFAULT_IMAGE is what the machines run, where it is set. A provider bills what runs there.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        faults: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, name: positionals[0] ?? '' };
  } catch (error) {
    const [reason = 'The flags are not understood'] = error instanceof Error ? error.message.split('. ') : [];
    throw new StartError(`${reason}: see "npm run conformance -- --help".`);
  }
}

/** Fires at the first ending signal; the second one ends the process at once, and tells where something may be left. */
function onEndingSignals({ where }: Chosen): AbortSignal {
  const ending = new AbortController();
  let firstAtMs: number | null = null;
  const hear = () => {
    const nowMs = performance.now();
    if (firstAtMs === null) {
      firstAtMs = nowMs;
      say('Stopping: what was made is taken away first. Press Ctrl-C again to leave it there.');
      ending.abort();
    } else if (nowMs - firstAtMs > SAME_PRESS_MS) {
      say(`Something may be left at ${where}.`);
      process.exit(CALLED_OFF_EXIT_CODE);
    }
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, hear);
  return ending.signal;
}

async function run(): Promise<number> {
  const { name, faults, only, help } = readArguments(process.argv.slice(2));
  if (help) {
    say(USAGE);
    return 0;
  }
  const chosen = await chooseSubject(name, process.env);
  const signal = onEndingSignals(chosen);
  const isGood = await runAll({ ...chosen, withFaults: faults, only, signal, say });
  if (signal.aborted) return CALLED_OFF_EXIT_CODE;
  return isGood ? 0 : 1;
}

try {
  // Nothing is left to do; a connection that is kept alive must not keep the terminal.
  process.exit(await run());
} catch (error) {
  const isForPeople = error instanceof StartError;
  const reason = error instanceof Error ? error.message : 'unknown error';
  process.stderr.write(`${isForPeople ? reason : `The suite failed: ${reason}`}\n`);
  process.exit(1);
}
