/** The steps of a deploy to Cloudflare, in the order in which each finds what it needs and nothing that runs is broken. */
import { join } from 'node:path';
import { buildApp } from '@kiloclaw/dev/web-bundle';
import { AdminLinkError, createAdmin, installationHasAdmin } from '@kiloclaw/web/admin-link';
import { z } from 'zod';
import { addressOf, ensureConnection, prepareDatabase, withDatabase } from './database.ts';
import { DeployError } from './deploy-error.ts';
import type { Env } from './env-files.ts';
import { openHyperdrive, SignInSchema } from './hyperdrive.ts';
import { Found, type Step } from './plan.ts';
import { type DeploySettings, WORKER_NAMES, type WorkerSettings } from './settings.ts';
import { type SmokeOptions, smokeTestApi, smokeTestWeb } from './smoke.ts';
import { type Installation, type WorkerSource, workerConfig, writeWorkerConfig } from './worker-config.ts';
import { parseAnswer, type Wrangler } from './wrangler.ts';

const CONTROL_PLANE: WorkerSource = { folder: 'services/kiloclaw' };
const WEB_FOLDER = 'apps/web';

export interface DeployOptions {
  readonly settings: DeploySettings;
  readonly env: Env;
  readonly wrangler: Wrangler;
  /** Makes new passwords for the database's users, though those that are there fit. */
  readonly renewPasswords: boolean;
  /** Whether what is said is read by a person alone; a log must not hold a one-time link. */
  readonly isTerminal: boolean;
  readonly say: (line: string) => void;
  readonly smoke?: SmokeOptions;
}

const AccountsSchema = z.object({
  loggedIn: z.literal(true),
  accounts: z.array(z.looseObject({ id: z.string(), name: z.string() })),
});
const SecretsSchema = z.array(z.looseObject({ name: z.string() }));

/** Both Workers and the console's files, as a deploy would make them; nobody is asked for anything. */
export function buildStep({ settings, wrangler, say }: DeployOptions): Step {
  return {
    title: 'Build both Workers and the console’s files',
    run: async () => {
      const sizes: string[] = [];
      for (const part of ['controlPlane', 'web'] as const) {
        const config = await workerConfig(await sourceOf(part, wrangler, say), {
          accountId: null,
          hyperdriveId: null,
          origin: part === 'web' ? settings.webOrigin : settings.apiOrigin,
          plain: settings[part].plain,
        });
        const file = await writeWorkerConfig(wrangler.folder, `${part}-build`, config);
        const outdir = join(wrangler.folder, `${part}-build`);
        const output = await wrangler.run(['deploy', '--dry-run', '--config', file, '--outdir', outdir]);
        sizes.push(`${WORKER_NAMES[part]} ${/gzip: ([\d.]+ \w+)/.exec(output)?.[1] ?? '?'} compressed`);
      }
      return sizes.join(', ');
    },
  };
}

/** All of them. What they share is in here alone, so that a step can't come before the one that finds what it needs. */
export function deploySteps(options: DeployOptions): Step[] {
  const { settings, env, wrangler, say, smoke = {} } = options;
  const { databaseUrl, apiOrigin, webOrigin } = settings;
  const accountId = new Found<string>('account');
  const fleetId = new Found<string>('fleet’s id');
  const hyperdriveIds = new Found<{ readonly controlPlane: string; readonly web: string }>('Hyperdrive ids');

  return [
    buildStep(options),
    {
      title: 'Ask Cloudflare who is signed in, and which account this goes to',
      run: async () => {
        const account = chooseAccount(await readAccounts(wrangler), settings.accountId);
        accountId.set(account.id);
        return account.name;
      },
    },
    {
      title: `Bring the database at ${addressOf(databaseUrl)} to the newest schema`,
      run: async () => {
        const id = await prepareDatabase(databaseUrl);
        fleetId.set(id);
        return `this is the fleet ${id}`;
      },
    },
    {
      title: 'Give each Worker a user of its own in the database, and Hyperdrive the way there',
      run: async () => {
        const signIn = parseAnswer(
          SignInSchema,
          await wrangler.run(['auth', 'token', '--json']),
          'auth token',
        );
        const hyperdrive = openHyperdrive(env, accountId.get(), signIn);
        const connect = (part: keyof typeof WORKER_NAMES, role: 'kiloclaw_control_plane' | 'kiloclaw_web') =>
          ensureConnection(databaseUrl, hyperdrive, {
            name: WORKER_NAMES[part],
            role,
            fleetId: fleetId.get(),
            renew: options.renewPasswords,
            mayReplace: 'KILOCLAW_FLEET_ID' in settings.controlPlane.plain,
          });
        const controlPlane = await connect('controlPlane', 'kiloclaw_control_plane');
        const web = await connect('web', 'kiloclaw_web');
        hyperdriveIds.set({ controlPlane: controlPlane.id, web: web.id });
        const madeOf = ({ wasThere }: { wasThere: boolean }) =>
          wasThere ? 'is there already' : 'was set up';
        return `${WORKER_NAMES.controlPlane} ${madeOf(controlPlane)}, ${WORKER_NAMES.web} ${madeOf(web)}`;
      },
    },
    {
      title: `Deploy the control plane with its secrets, at ${apiOrigin}`,
      run: async () =>
        deployWorker(wrangler, CONTROL_PLANE, settings.controlPlane, {
          accountId: accountId.get(),
          hyperdriveId: hyperdriveIds.get().controlPlane,
          origin: apiOrigin,
          // An id that is set stands for a fleet that came from elsewhere.
          plain: { KILOCLAW_FLEET_ID: fleetId.get(), ...settings.controlPlane.plain },
        }),
    },
    { title: 'Try the control plane', run: () => smokeTestApi(apiOrigin, settings.apiKey, smoke) },
    {
      // The web asks the control plane: a newer one must not ask an older.
      title: `Deploy the console with its secrets, at ${webOrigin}`,
      run: async () =>
        deployWorker(wrangler, await sourceOf('web', wrangler, say), settings.web, {
          accountId: accountId.get(),
          hyperdriveId: hyperdriveIds.get().web,
          origin: webOrigin,
          plain: settings.web.plain,
        }),
    },
    { title: 'Try the console', run: () => smokeTestWeb(webOrigin, webOrigin, smoke) },
    { title: 'See that an admin can sign in', run: () => ensureAdmin(options) },
  ];
}

async function sourceOf(part: keyof typeof WORKER_NAMES, wrangler: Wrangler, say: (line: string) => void) {
  if (part === 'controlPlane') return CONTROL_PLANE;
  return {
    folder: WEB_FOLDER,
    assetsFolder: await buildApp(wrangler.folder, (line) => say(`      ${line}`)),
  };
}

async function readAccounts(wrangler: Wrangler) {
  const output = await wrangler.run(['whoami', '--json']).catch((error: unknown) => {
    if (!(error instanceof DeployError)) throw error;
    throw new DeployError(
      `Nobody is signed in to Cloudflare: set CLOUDFLARE_API_TOKEN, or run "npx wrangler login".\n${error.message}`,
    );
  });
  return parseAnswer(AccountsSchema, output, 'whoami').accounts;
}

function chooseAccount(accounts: z.infer<typeof AccountsSchema>['accounts'], asked: string | null) {
  const [first, ...others] = asked === null ? accounts : accounts.filter(({ id }) => id === asked);
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new DeployError(
      asked === null
        ? 'This sign-in reaches no account: give its token the account.'
        : 'This sign-in does not reach the account that CLOUDFLARE_ACCOUNT_ID names: correct it, or sign in with another token.',
    );
  }
  const names = accounts.map(({ id, name }) => `  ${id} ${name}`).join('\n');
  throw new DeployError(
    `This sign-in reaches several accounts: name one in CLOUDFLARE_ACCOUNT_ID.\n${names}`,
  );
}

/**
 * Code and secrets are one version, so that none of them ever runs without the other; also the first one, whose Worker is
 * not there before. (`versions upload` can't bring the migrations of objects.) What is not given any more is taken away
 * afterwards: wrangler keeps secrets that it is not told of, and a key that was taken out must not go on opening.
 */
async function deployWorker(
  wrangler: Wrangler,
  source: WorkerSource,
  { secrets, secretNames }: WorkerSettings,
  installation: Installation,
): Promise<string> {
  const name = source === CONTROL_PLANE ? WORKER_NAMES.controlPlane : WORKER_NAMES.web;
  const file = await writeWorkerConfig(wrangler.folder, name, await workerConfig(source, installation));
  await wrangler.runWithSecrets(['deploy', '--config', file], secrets);
  const there = parseAnswer(
    SecretsSchema,
    await wrangler.run(['secret', 'list', '--config', file, '--format', 'json']),
    'secret list',
  );
  const stale = there.filter((secret) => secretNames.includes(secret.name) && !(secret.name in secrets));
  if (stale.length === 0) return `with ${Object.keys(secrets).join(', ')}`;
  const removed = Object.fromEntries(stale.map((secret) => [secret.name, null]));
  await wrangler.run(['secret', 'bulk', '--config', file], JSON.stringify(removed));
  return `with ${Object.keys(secrets).join(', ')}; taken away: ${Object.keys(removed).join(', ')}`;
}

async function ensureAdmin({ settings, isTerminal }: DeployOptions): Promise<string> {
  const { databaseUrl, adminEmail: email, webOrigin: origin } = settings;
  return withDatabase(databaseUrl, async () => {
    if (await installationHasAdmin(databaseUrl)) return 'yes';
    if (email === null || !isTerminal) return `not yet: npm run admin -- create ${email ?? 'EMAIL'}`;
    try {
      const { link, expiresAt } = await createAdmin(databaseUrl, { email, origin });
      return `not yet: open this once, before ${expiresAt}:\n      ${link}`;
    } catch (error) {
      if (error instanceof AdminLinkError) throw new DeployError(`KILOCLAW_ADMIN_EMAIL: ${error.message}`);
      throw error;
    }
  });
}
