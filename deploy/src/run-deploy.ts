/** A whole deploy from flags and environment. */
import { StartError } from '@kiloclaw/dev/start-error';
import { addressOf } from './database.ts';
import { buildStep, type DeployOptions, deploySteps } from './deploy.ts';
import { DeployError } from './deploy-error.ts';
import { type Env, withEnvFiles } from './env-files.ts';
import type { Flags } from './flags.ts';
import { runPlan, tellPlan } from './plan.ts';
import { type DeploySettings, readDeploySettings, WORKER_NAMES, type WorkerSettings } from './settings.ts';
import type { SmokeOptions } from './smoke.ts';
import { openWrangler } from './wrangler.ts';

const CREDENTIALS = ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY', 'CF_API_TOKEN', 'CF_API_KEY'];

export interface DeployRun {
  readonly flags: Flags;
  readonly env: Env;
  readonly isTerminal: boolean;
  readonly say: (line: string) => void;
  /** Instead of the pinned wrangler. */
  readonly wranglerCommand?: readonly string[];
  readonly smoke?: SmokeOptions;
}

/** Throws `DeployError` for people. */
export async function runDeploy(run: DeployRun): Promise<void> {
  const { flags, say } = run;
  const env = await withEnvFiles(flags.envFiles, run.env, say);
  const settings = readDeploySettings(env);
  const command = run.wranglerCommand;
  const wrangler = await openWrangler({
    env,
    secrets: [...secretsOf(settings), ...CREDENTIALS.map((name) => env[name] ?? '')],
    ...(command === undefined ? {} : { command }),
  });
  try {
    const { renewPasswords } = flags;
    const options: DeployOptions = { ...run, settings, env, wrangler, renewPasswords };
    const steps = deploySteps(options);
    for (const line of [...tellSettings(settings), 'The plan:', ...tellPlan(steps), '']) say(line);
    await runPlan(flags.dryRun ? [buildStep(options)] : steps, say);
    say(
      flags.dryRun
        ? 'A dry run: nothing was changed anywhere.'
        : `Done. The console is at ${settings.webOrigin}.`,
    );
  } catch (error) {
    throw error instanceof StartError ? new DeployError(error.message) : error;
  } finally {
    await wrangler.close();
  }
}

function secretsOf({ controlPlane, web, databaseUrl }: DeploySettings): string[] {
  const ofWorkers = [controlPlane, web].flatMap(({ secrets }) => Object.values(secrets));
  const { password } = new URL(databaseUrl);
  return [...ofWorkers, databaseUrl, password, decodeURIComponent(password)];
}

function tellSettings(settings: DeploySettings): string[] {
  const names = ({ plain, secrets }: WorkerSettings) => Object.keys({ ...plain, ...secrets }).join(', ');
  return [
    `Settings of ${WORKER_NAMES.controlPlane}: ${names(settings.controlPlane)}`,
    `Settings of ${WORKER_NAMES.web}: ${names(settings.web)}`,
    `Database: ${addressOf(settings.databaseUrl)}`,
  ];
}
