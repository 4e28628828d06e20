/** The whole stack in one order: each part starts when those it needs are there, and stops before them. */
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineAddress } from '@kiloclaw/control-plane/docker-fetcher';
import { readSettings, type Settings } from '@kiloclaw/control-plane/settings';
import { type Accounts, letPeopleIn } from './accounts.ts';
import { bundleControlPlane } from './bundle.ts';
import {
  checkSettings,
  type Env,
  given,
  unknownVariables,
  webSettings,
  workerSettings,
} from './configuration.ts';
import { startControlPlane } from './control-plane.ts';
import { type DataFolder, openDataFolder, resetDataFolder } from './data-folder.ts';
import { type Endpoints, writeEndpoints } from './endpoints.ts';
import { objectsAllowed, ownOpenFilesLimit } from './file-handles.ts';
import type { FirstAdmin } from './first-admin.ts';
import type { Flags } from './flags.ts';
import { openLogFile } from './log-file.ts';
import { endOrphanedRuntimes } from './orphans.ts';
import {
  checkDatabaseUrl,
  openGivenDatabase,
  type RegistryDatabase,
  startEmbeddedDatabase,
} from './postgres.ts';
import {
  engineSettings,
  noteOf,
  openDockerLocal,
  type SimulatedProvider,
  simulatorEndpoints,
  startSimulators,
} from './providers.ts';
import type { RuntimeHost } from './runtime.ts';
import { ensureSecrets, type Secrets } from './secrets.ts';
import { StartError } from './start-error.ts';
import { SWEEP_RUN_MS, startSweeps } from './sweeps.ts';
import { startWeb } from './web.ts';
import { bundleWeb } from './web-bundle.ts';

const WEB_PORT_SETTING = 'KILOCLAW_WEB_PORT';
const API_PORT_SETTING = 'KILOCLAW_API_PORT';
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;
const READY_REQUEST_TIMEOUT_MS = 5_000;

export interface StackOptions {
  readonly flags: Flags;
  readonly env: Env;
  /** Fires when the stack is to end; a start under way is then undone. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Stack {
  readonly folder: DataFolder;
  readonly endpoints: Endpoints;
  /** Who can sign in to the console by a password that we have made. */
  readonly accounts: Accounts;
  /** Null outside of a production. */
  readonly firstAdmin: FirstAdmin | null;
  /** As the control plane reads them. */
  readonly settings: Settings;
  /** As the control plane signs in; holds the password. */
  readonly registryUrl: string;
  /** Null where Fly itself is used. */
  readonly simulator: SimulatedProvider | null;
  readonly hasDocker: boolean;
  /** How many objects may be awake at once; null for no bound. */
  readonly objectsAllowed: number | null;
  /** Rejects with a `StartError` when a part died that can't be brought back. */
  readonly died: Promise<never>;
  /** Stops every part, the last one started first. May be called again. */
  stop(): Promise<void>;
  /** Ends what would outlive this process, at once. */
  kill(): void;
}

/** What was started, to be stopped the other way round. */
class Started {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;

  add(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = [];
    // One that fails must not leave the others running.
    for (const stop of this.#stops.toReversed()) await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** Asked before anything is started: the runtime would find out last of all. */
async function requireFreePort(port: number, setting: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      reject(
        new StartError(
          `Port ${port} on 127.0.0.1 is taken or not allowed: choose another one with --port or ${setting}.`,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

async function untilReady(url: string, part: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let answer = 'nothing';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(READY_REQUEST_TIMEOUT_MS)]);
    const response = await fetch(url, { signal: limit }).catch(() => null);
    if (response?.ok) return;
    if (response !== null) answer = `${response.status} ${(await response.text()).slice(0, 300)}`;
    await delay(READY_POLL_MS);
  }
  throw new StartError(`The ${part} does not become ready: it answered ${answer}`);
}

function openDatabase(
  options: StackOptions,
  folder: DataFolder,
  secrets: Secrets,
  onDeath: () => void,
): Promise<RegistryDatabase> {
  const databaseUrl = given(options.env, 'DATABASE_URL');
  const passwords = { password: secrets.databasePassword, webPassword: secrets.webDatabasePassword };
  if (databaseUrl !== undefined) return openGivenDatabase(databaseUrl, passwords);
  return startEmbeddedDatabase({
    ...passwords,
    dataDir: folder.path('postgres'),
    say: options.say,
    onDeath,
  });
}

async function prepare(options: StackOptions, started: Started) {
  const { flags, env, say } = options;
  const allowed = objectsAllowed(await ownOpenFilesLimit());
  const databaseUrl = given(env, 'DATABASE_URL');
  if (databaseUrl !== undefined) checkDatabaseUrl(databaseUrl);
  const folder = await openDataFolder(flags.dataDir);
  started.add(() => folder.unlock());
  const orphans = await endOrphanedRuntimes(folder.root);
  if (orphans > 0) say('A workerd that an earlier run left behind was ended.');
  if (flags.reset) await resetDataFolder(folder);
  await folder.remove('endpoints');
  const secrets = await ensureSecrets(folder);
  checkSettings(env, secrets);
  for (const sentence of unknownVariables(env)) say(sentence);
  await requireFreePort(flags.webPort, WEB_PORT_SETTING);
  await requireFreePort(flags.apiPort, API_PORT_SETTING);
  return { allowed, folder, secrets };
}

interface WorkerParts {
  readonly folder: DataFolder;
  readonly database: RegistryDatabase;
  /** The control plane's. */
  readonly settings: Record<string, string>;
  readonly webSettings: Record<string, string>;
  readonly engine: EngineAddress | null;
  readonly log: (line: string) => void;
  /** Makes what ends the stack, with this sentence. */
  readonly die: (sentence: string) => () => void;
}

/** The control plane first: the web finds it by its address. */
async function startWorkers({ flags, signal, say }: StackOptions, started: Started, parts: WorkerParts) {
  const { folder, database, die } = parts;
  const cache = folder.path('cache');
  const bundle = await bundleControlPlane(cache, say);
  const webBundle = await bundleWeb(cache, say);
  signal.throwIfAborted();
  const host = (part: string, portSetting: string): Omit<RuntimeHost, 'port'> => ({
    portSetting: `--port or ${portSetting}`,
    dataRoot: folder.root,
    log: parts.log,
    onRestart: () =>
      say(`The ${part}’s workerd ended by itself and was started again; requests under way were cut.`),
    onDeath: die(
      `The ${part}’s workerd ended by itself and does not start again: see ${folder.path('log')}, then start again.`,
    ),
  });
  const controlPlane = await startControlPlane({
    ...host('control plane', API_PORT_SETTING),
    bundle,
    port: flags.apiPort,
    objectsDir: await folder.makePrivate('objects'),
    registryUrl: database.url,
    settings: parts.settings,
    engine: parts.engine,
  });
  started.add(() => controlPlane.stop());
  await untilReady(`${controlPlane.url}/readyz`, 'control plane', signal);
  const runEveryMs = Math.min(flags.sweepIntervalMs, SWEEP_RUN_MS);
  const endSweeps = startSweeps(runEveryMs, () => controlPlane.runScheduled(), parts.log);
  started.add(async () => endSweeps());
  const web = await startWeb({
    ...host('console', WEB_PORT_SETTING),
    bundle: webBundle,
    port: flags.webPort,
    registryUrl: database.webUrl,
    settings: parts.webSettings,
    apiUrl: controlPlane.url,
  });
  started.add(() => web.stop());
  await untilReady(`${web.url}/healthz`, 'console', signal);

  return { controlPlane, web };
}

async function startParts(options: StackOptions, started: Started): Promise<Stack> {
  const { flags, env, signal } = options;
  const { allowed, folder, secrets } = await prepare(options, started);
  signal.throwIfAborted();

  const death = Promise.withResolvers<never>();
  // Whoever holds the stack listens later; a death before that must not end the process by itself.
  death.promise.catch(() => undefined);
  const die = (sentence: string) => () => death.reject(new StartError(sentence));

  const log = await openLogFile(folder.path('log'));
  started.add(() => log.close());

  const onPostgresDeath = die(
    `Postgres ended by itself: see postgres.log in ${folder.path('postgres')}, then start again.`,
  );
  const database = await openDatabase(options, folder, secrets, onPostgresDeath);
  started.add(() => database.stop());
  signal.throwIfAborted();

  const { fly, northflank } = await startSimulators({ env, folder, secrets }, (stop) => started.add(stop));
  const docker = await openDockerLocal(env, folder.path('cache'));
  signal.throwIfAborted();

  const { accounts, firstAdmin } = await letPeopleIn(folder, database.ownerUrl, {
    env,
    withDemo: flags.demo,
  });
  const settings = {
    ...workerSettings(env, secrets, {
      fleetId: database.fleetId,
      flySimulator: fly,
      northflankSimulator: northflank,
    }),
    ...engineSettings(docker.engine),
  };
  const { controlPlane, web } = await startWorkers(options, started, {
    folder,
    database,
    settings,
    webSettings: webSettings(env, secrets),
    engine: docker.engine,
    log: log.write,
    die,
  });

  const read = readSettings(settings);
  await folder.write('apiKey', read.KILOCLAW_INTERNAL_API_KEY);
  const endpoints = await writeEndpoints(folder, {
    webUrl: web.url,
    apiUrl: controlPlane.url,
    flySimulator: simulatorEndpoints(fly),
    northflankSimulator: simulatorEndpoints(northflank),
    providers: {
      fly: noteOf(fly, env, 'FLY_API_TOKEN'),
      northflank: noteOf(northflank, env, 'NF_API_TOKEN'),
      'docker-local': docker.note,
    },
    database: database.address,
  });
  started.add(() => folder.remove('endpoints'));
  return {
    folder,
    endpoints,
    accounts,
    firstAdmin,
    settings: read,
    registryUrl: database.url,
    simulator: fly,
    hasDocker: docker.engine !== null,
    objectsAllowed: allowed,
    died: death.promise,
    stop: () => started.stop(),
    kill: () => database.kill(),
  };
}

/** Starts everything, or nothing: whatever fails on the way stops what was started. Throws `StartError` for people. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const started = new Started();
  try {
    return await startParts(options, started);
  } catch (error) {
    await started.stop();
    throw error;
  }
}
