/** The provider that the environment speaks of, as a subject; a sentence where something is missing for that. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subject } from '@kiloclaw/control-plane/conformance';
import { SettingsSchema } from '@kiloclaw/control-plane/settings';
import { cacheFolder } from '../cache-folder.ts';
import { buildDemoImage, DEMO_IMAGE } from '../engine/demo-image.ts';
import { EngineUnavailable } from '../engine/engine-unavailable.ts';
import { findEngine } from '../engine/find-engine.ts';
import { StartError } from '../start-error.ts';
import { dockerSubject } from './docker-subject.ts';
import { flySubject } from './fly-subject.ts';
import { northflankSubject } from './northflank-subject.ts';
import { AT_A_DISTANCE, AT_ONCE } from './subject-parts.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Chosen {
  readonly subject: Subject;
  /** Where everything is made, to look by hand for what might be left. */
  readonly where: string;
}

/** Runs for as long as it is left alone, and is found at every registry's mirror. */
const PUBLIC_IMAGE = 'docker.io/library/nginx:stable-alpine';
const PREFIX_RANDOM_BYTES = 4;

const CHOICES: Readonly<Record<string, (env: Env) => Chosen | Promise<Chosen>>> = {
  fly: chooseFly,
  'docker-local': chooseDockerLocal,
  northflank: chooseNorthflank,
};
export const SUBJECT_NAMES: readonly string[] = Object.keys(CHOICES);

/** Throws `StartError` for a name that is none, and where the environment lacks something. */
export async function chooseSubject(name: string, env: Env): Promise<Chosen> {
  const choose = CHOICES[name];
  if (choose === undefined) {
    throw new StartError(`There is no provider '${name}': give ${SUBJECT_NAMES.join(', ')}.`);
  }
  return choose(env);
}

/** What the control plane is told of its providers; the rest of its settings is of no account here. */
const ProviderSettingsSchema = SettingsSchema.omit({
  KILOCLAW_FLEET_ID: true,
  KILOCLAW_INTERNAL_API_KEY: true,
  KILOCLAW_API_KEYS: true,
  KILOCLAW_ENCRYPTION_KEYS: true,
});

/** As the control plane reads them: an empty variable counts as absent. */
function settingsFrom(env: Env) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = ProviderSettingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new StartError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

function requireToken(token: string | undefined, variable: string, kind: string): string {
  if (token !== undefined) return token;
  throw new StartError(`${variable} is not set: give a token for ${kind}.`);
}

const throwAwayPrefix = () => `kct${randomBytes(PREFIX_RANDOM_BYTES).toString('hex')}`;

/** A simulator on this machine is not waited for as a provider elsewhere is. */
function paceAt(baseUrl: string): Subject['pace'] {
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(baseUrl).hostname);
  return isHere ? AT_ONCE : AT_A_DISTANCE;
}

function chooseFly(env: Env): Chosen {
  const settings = settingsFrom(env);
  const { FLY_API_BASE_URL: baseUrl, FLY_ORG_SLUG: orgSlug, FLY_REGION: regions } = settings;
  const token = requireToken(
    settings.FLY_API_TOKEN,
    'FLY_API_TOKEN',
    'an organisation that may hold test apps',
  );
  const appPrefix = throwAwayPrefix();
  const image = settings.KILOCLAW_DEFAULT_IMAGE ?? PUBLIC_IMAGE;
  return {
    subject: flySubject({ baseUrl, token, orgSlug, regions, appPrefix, image, pace: paceAt(baseUrl) }),
    where: `${baseUrl}, organisation ${orgSlug}, apps ${appPrefix}-…`,
  };
}

function chooseNorthflank(env: Env): Chosen {
  const settings = settingsFrom(env);
  const { NF_API_BASE_URL: baseUrl, NF_REGION: region } = settings;
  const token = requireToken(settings.NF_API_TOKEN, 'NF_API_TOKEN', 'an account that may hold test projects');
  if (settings.NF_DEPLOYMENT_PLAN === undefined) {
    throw new StartError('NF_DEPLOYMENT_PLAN is not set: give the plan of the smallest tier.');
  }
  const projectPrefix = throwAwayPrefix();
  const config = {
    baseUrl,
    token,
    teamId: settings.NF_TEAM_ID,
    region,
    projectPrefix,
    plans: settings,
    storageClass: settings.NF_STORAGE_CLASS,
    accessMode: settings.NF_ACCESS_MODE,
    mountPath: settings.KILOCLAW_MOUNT_PATH,
  };
  const image = settings.KILOCLAW_DEFAULT_IMAGE ?? PUBLIC_IMAGE;
  return {
    subject: northflankSubject({ config, image, pace: paceAt(baseUrl) }),
    where: `${baseUrl}, region ${region}, projects ${projectPrefix}-…`,
  };
}

async function chooseDockerLocal(env: Env): Promise<Chosen> {
  const { KILOCLAW_DEFAULT_IMAGE } = settingsFrom(env);
  try {
    const engine = await findEngine({ env });
    if (engine === null) {
      throw new StartError('No container engine answers here: start one, or name it in DOCKER_HOST.');
    }
    if (KILOCLAW_DEFAULT_IMAGE === undefined) {
      await buildDemoImage(engine, { cacheDir: await cacheFolder('engine', join(tmpdir(), 'kiloclaw')) });
    }
    const image = KILOCLAW_DEFAULT_IMAGE ?? DEMO_IMAGE;
    const where = 'socketPath' in engine ? engine.socketPath : `${engine.host}:${engine.port}`;
    return { subject: dockerSubject({ engine, image }), where };
  } catch (error) {
    if (error instanceof EngineUnavailable) throw new StartError(error.message);
    throw error;
  }
}
