/** What `npm start` runs: the whole stack in the foreground, until Ctrl-C. */

import type { Accounts } from './accounts.ts';
import { seedDemo } from './demo/seed.ts';
import { type Flags, readFlags, USAGE } from './flags.ts';
import type { Stack } from './stack.ts';
import { StartError } from './start-error.ts';
import { untilAborted } from './until-aborted.ts';

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal and npm may both hand on one Ctrl-C. */
const SAME_PRESS_MS = 500;
const FORCED_EXIT_CODE = 130;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function accountLines({ admin, customer }: Accounts): string[] {
  const line = (title: string, { email, password }: { email: string; password: string }) =>
    `  ${title.padEnd(15)} ${email}, password ${password}`;
  return [
    ...(admin === null ? [] : [line('  admin', admin)]),
    ...(customer === null ? [] : [line('  customer', customer)]),
  ];
}

/** The link itself is in its file: in a production these lines go to the system’s journal. */
function firstAdminLines({ firstAdmin, folder }: Stack): string[] {
  if (firstAdmin === 'linked') return [`  first admin     one-time link in ${folder.path('adminLink')}`];
  return firstAdmin === 'none'
    ? ['  first admin     nobody can sign in yet: npm run admin -- create EMAIL']
    : [];
}

function simulatorLines(title: string, simulator: Stack['endpoints']['flySimulator']): string[] {
  return simulator === null
    ? []
    : [`  ${title.padEnd(15)} ${simulator.url}, control port ${simulator.controlUrl}`];
}

function tellReady(stack: Stack): void {
  const { endpoints, accounts, objectsAllowed, folder } = stack;
  const { webUrl, apiUrl, flySimulator, northflankSimulator, providers, apiKeyFile, logFile } = endpoints;
  const lines = [
    '',
    'KiloClaw is ready.',
    `  console         ${webUrl}`,
    ...accountLines(accounts),
    ...firstAdminLines(stack),
    `  platform API    ${apiUrl}`,
    `  internal key    in ${apiKeyFile}`,
    ...simulatorLines('Fly simulator', flySimulator),
    ...simulatorLines('Northflank sim.', northflankSimulator),
    ...Object.entries(providers).map(([provider, note]) => `  ${provider.padEnd(15)} ${note}`),
    `  database        ${endpoints.database}`,
    `  data folder     ${folder.root}`,
    `  log             ${logFile}`,
    ...(objectsAllowed === null
      ? []
      : [`  open files      enough for about ${objectsAllowed} instances at work at once`]),
    '',
    'Try:',
    `  curl -s -H "x-internal-api-key: $(cat '${apiKeyFile}')" ${apiUrl}/api/platform/tiers`,
    `  KILOCLAW_API_URL=${apiUrl} KILOCLAW_API_KEY_FILE='${apiKeyFile}' npm run --silent kiloclaw -- instances list`,
    'Ctrl-C stops everything.',
    '',
  ];
  say(lines.join('\n'));
}

/** Fires at the first ending signal; the second one ends the process at once. */
function onEndingSignals(force: () => void): AbortSignal {
  const ending = new AbortController();
  let firstAt: number | null = null;
  const hear = () => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      say('\nStopping. Press Ctrl-C again to force it.');
      ending.abort();
    } else if (now - firstAt > SAME_PRESS_MS) {
      force();
      process.exit(FORCED_EXIT_CODE);
    }
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, hear);
  return ending.signal;
}

async function runDemo(stack: Stack, signal: AbortSignal): Promise<void> {
  const { folder, endpoints, accounts, settings, registryUrl, hasDocker, simulator } = stack;
  const { apiUrl } = endpoints;
  const adminId = accounts.admin?.userId ?? null;
  await seedDemo({ folder, apiUrl, adminId, settings, registryUrl, hasDocker, simulator, signal, say }).catch(
    (error: unknown) => {
      const why = error instanceof Error ? error.message : 'unknown error';
      say(`The demo fleet could not be made: ${why}`);
    },
  );
}

async function untilEnd(stack: Stack, flags: Flags, signal: AbortSignal): Promise<void> {
  const demo = flags.demo ? runDemo(stack, signal) : Promise.resolve();
  try {
    await Promise.race([untilAborted(signal), stack.died]);
  } finally {
    await stack.stop();
    await demo;
  }
}

async function run(flags: Flags): Promise<void> {
  let stack: Stack | undefined;
  const signal = onEndingSignals(() => stack?.kill());
  // The runtime takes a moment to load; what is wrong with the flags was said before.
  const { startStack } = await import('./stack.ts');
  try {
    stack = await startStack({ flags, env: process.env, signal, say });
  } catch (error) {
    // A start that was called off fails in many ways, and none of them is news.
    if (!signal.aborted) throw error;
  }
  if (stack !== undefined) {
    tellReady(stack);
    await untilEnd(stack, flags, signal);
  }
  say('Stopped.');
}

try {
  const flags = readFlags(process.argv.slice(2), process.env);
  if (flags.help) say(USAGE);
  else await run(flags);
  // Nothing is left to do; a handle that some library keeps open must not keep the terminal.
  process.exit(0);
} catch (error) {
  const isForPeople = error instanceof StartError;
  process.stderr.write(
    `${isForPeople ? error.message : `KiloClaw failed: ${error instanceof Error ? error.message : 'unknown error'}`}\n`,
  );
  process.exit(1);
}
