/** The app that one instance's machine and volume live in, and what its absence means. */

import { isKind } from '../adapter-error.ts';
import type { FlyClient } from './client.ts';
import { flyError, hasReason } from './errors.ts';
import type { FlyResources } from './names.ts';
import { ROUTES } from './routes.ts';
import { type App, AppListSchema, AppSchema } from './schemas.ts';

/** For as long a new app may be unknown to some of Fly, which then answers 404 or 401 for it. */
const APP_SETTLES_MS = 60_000;

export interface FlyConfig {
  readonly baseUrl: string;
  readonly token: string;
  readonly orgSlug: string;
  /** In order of preference. */
  readonly regions: readonly string[];
  readonly appPrefix: string;
}

/** What the adapter's parts work with. */
export interface Fly {
  readonly client: FlyClient;
  readonly config: FlyConfig;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
}

type Home = Pick<FlyResources, 'appName' | 'appEnsuredAtMs'>;

/** Makes the app, or adopts the one of that name where it is ours; refuses (`invalid`) a name that others hold. */
export async function ensureApp({ client, config }: Fly, appName: string): Promise<'created' | 'adopted'> {
  // A network of its own keeps the machines of different customers from reaching each other. With `wait`, Fly answers
  // once the app is known to most of it.
  const body = { name: appName, org_slug: config.orgSlug, network: appName };
  try {
    await client.ask(ROUTES.createApp, { query: { wait: 'true' }, body });
    return 'created';
  } catch (error) {
    if (!hasReason(error, 'name_taken')) throw error;
  }
  await requireOwnApp(client, config, appName);
  return 'adopted';
}

/** A taken name is ours only if the app can be read and is our organisation's. */
async function requireOwnApp(client: FlyClient, config: FlyConfig, appName: string): Promise<void> {
  let app: App;
  try {
    app = await client.call(ROUTES.getApp, { params: { app: appName }, schema: AppSchema });
  } catch (error) {
    if (isKind(error, 'auth') && error.facts.httpStatus === 403) throw foreignApp(appName, error);
    // Taken and not to be found: just made, by a call of ours whose answer was lost.
    if (isUnknownApp(error)) throw stillSettling(appName, error);
    throw error;
  }
  const slug = app.organization?.slug ?? config.orgSlug;
  if (slug !== config.orgSlug) throw foreignApp(appName);
}

function foreignApp(appName: string, cause?: unknown) {
  const message = `The app name ${appName} is taken by another organisation at Fly. Nothing was touched. Set another FLY_APP_PREFIX.`;
  return flyError('invalid', message, { cause });
}

function stillSettling(appName: string, cause: unknown) {
  return flyError('precondition', `Fly does not know the new app ${appName} everywhere yet.`, { cause });
}

function isUnknownApp(error: unknown): boolean {
  if (isKind(error, 'auth')) return error.facts.httpStatus === 401;
  return isKind(error, 'not_found') && !hasReason(error, 'volume_missing');
}

/** Work in an app that must be there. Shortly after its creation, its absence may pass (`precondition`). */
export async function inNewApp<T>({ now }: Fly, home: Home, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isNew = home.appEnsuredAtMs !== null && now() - home.appEnsuredAtMs < APP_SETTLES_MS;
    if (isNew && isUnknownApp(error)) throw stillSettling(home.appName, error);
    throw error;
  }
}

/** What a read of an app finds; null where we have no such app. */
export async function inAppIfAny<T>(fly: Fly, appName: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isKind(error, 'not_found')) return null;
    if (isKind(error, 'auth') && error.facts.httpStatus === 403 && (await isOthersApp(fly, appName)))
      return null;
    throw error;
  }
}

/** A 403 means another organisation's app or a poor token: the token that can list our apps is not the latter. */
async function isOthersApp(fly: Fly, appName: string): Promise<boolean> {
  return !(await listOwnApps(fly)).some((app) => app.name === appName);
}

/** All apps of our organisation. */
export async function listOwnApps({ client, config }: Fly): Promise<readonly App[]> {
  const query = { org_slug: config.orgSlug };
  return (await client.call(ROUTES.listApps, { query, schema: AppListSchema })).apps;
}

/** Deletes the app with all that is in it; one that is gone is a success. */
export async function deleteApp({ client }: Fly, appName: string): Promise<void> {
  await orGone(client.ask(ROUTES.deleteApp, { params: { app: appName } }));
}

/** Lets a 404 count as done. */
export async function orGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isKind(error, 'not_found')) throw error;
  }
}

/** Reads one thing by its id; null on 404. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isKind(error, 'not_found')) return null;
    throw error;
  }
}
