/** The provider that the environment speaks of, as a subject; a sentence where something is missing for that. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subject } from '@kiloclaw/control-plane/conformance';
import { SettingsSchema } from '@kiloclaw/control-plane/settings';
import type { z } from 'zod';
import { cacheFolder } from '../cache-folder.ts';
import { buildDemoImage, DEMO_IMAGE } from '../engine/demo-image.ts';
import { EngineUnavailable } from '../engine/engine-unavailable.ts';
import { findEngine } from '../engine/find-engine.ts';
import { StartError } from '../start-error.ts';
import { dockerSubject } from './docker-subject.ts';
import { flySubject } from './fly-subject.ts';
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

/** Settings as the control plane reads them; an empty variable counts as absent. */
function settingsFrom<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
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

const isThisMachine = (baseUrl: string) =>
  ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(baseUrl).hostname);

function chooseFly(env: Env): Chosen {
  const settings = settingsFrom(
    SettingsSchema.pick({
      FLY_API_TOKEN: true,
      FLY_API_BASE_URL: true,
      FLY_ORG_SLUG: true,
      FLY_REGION: true,
      KILOCLAW_DEFAULT_IMAGE: true,
    }),
    env,
  );
  const token = requireToken(
    settings.FLY_API_TOKEN,
    'FLY_API_TOKEN',
    'an organisation that may hold test apps',
  );
  const { FLY_API_BASE_URL: baseUrl, FLY_ORG_SLUG: orgSlug, FLY_REGION: regions } = settings;
  const appPrefix = throwAwayPrefix();
  const image = settings.KILOCLAW_DEFAULT_IMAGE ?? PUBLIC_IMAGE;
  const pace = isThisMachine(baseUrl) ? AT_ONCE : AT_A_DISTANCE;
  return {
    subject: flySubject({ baseUrl, token, orgSlug, regions, appPrefix, image, pace }),
    where: `${baseUrl}, organisation ${orgSlug}, apps ${appPrefix}-…`,
  };
}

async function chooseDockerLocal(env: Env): Promise<Chosen> {
  const { KILOCLAW_DEFAULT_IMAGE } = settingsFrom(SettingsSchema.pick({ KILOCLAW_DEFAULT_IMAGE: true }), env);
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
