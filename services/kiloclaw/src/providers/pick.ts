/** The adapter of a provider by its id; one that is not configured here refuses in a sentence. */
import type { ProviderCapabilities, ProviderId } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { tellProviderCalls } from '../metrics/tell.ts';
import type { Settings } from '../settings.ts';
import type { CallGate } from './call-gate.ts';
import type { LogProviderCall } from './call-log.ts';
import {
  createDockerLocalProvider,
  DOCKER_LOCAL_CAPABILITIES,
} from './docker-local/docker-local-provider.ts';
import { createFlyProvider, FLY_CAPABILITIES } from './fly/adapter.ts';
import { createNorthflankProvider, northflankCapabilities } from './northflank/adapter.ts';
import type { Provider } from './provider.ts';

/** Where an instance is made that names no provider: at the first of these that is configured. One host comes last. */
export const PROVIDERS_BY_PREFERENCE: readonly ProviderId[] = ['fly', 'northflank', 'docker-local'];

/** Null where the provider is not configured here. Every call of its asks the gate first, where there is one. */
export function findProvider(
  id: ProviderId,
  env: Env,
  settings: Settings,
  gate: CallGate | null = null,
): Provider | null {
  const log = tellProviderCalls(env, settings);
  switch (id) {
    case 'fly':
      return settings.FLY_API_TOKEN === undefined
        ? null
        : flyProvider(settings, settings.FLY_API_TOKEN, gate, log);
    case 'docker-local':
      return env.DOCKER === undefined ? null : dockerLocalProvider(env.DOCKER, settings, log);
    case 'northflank':
      return settings.NF_API_TOKEN === undefined
        ? null
        : northflankProvider(settings, settings.NF_API_TOKEN, gate, log);
  }
}

/** What a provider can do, whether or not it is configured here. */
export function capabilitiesOf(
  id: ProviderId,
  { NF_ACCESS_MODE }: Pick<Settings, 'NF_ACCESS_MODE'>,
): ProviderCapabilities {
  switch (id) {
    case 'fly':
      return FLY_CAPABILITIES;
    case 'docker-local':
      return DOCKER_LOCAL_CAPABILITIES;
    case 'northflank':
      return northflankCapabilities(NF_ACCESS_MODE);
  }
}

export class ProviderNotConfigured extends Error {
  override readonly name = 'ProviderNotConfigured';
}

/** Throws `ProviderNotConfigured` where `findProvider` finds none. */
export function pickProvider(
  id: ProviderId,
  env: Env,
  settings: Settings,
  gate: CallGate | null = null,
): Provider {
  const provider = findProvider(id, env, settings, gate);
  if (provider === null)
    throw new ProviderNotConfigured(`provider: ${id} is not configured on this control plane.`);
  return provider;
}

function flyProvider(
  settings: Settings,
  token: string,
  gate: CallGate | null,
  log: LogProviderCall,
): Provider {
  return createFlyProvider({
    fetch: (url, init) => fetch(url, init),
    config: {
      baseUrl: settings.FLY_API_BASE_URL,
      token,
      orgSlug: settings.FLY_ORG_SLUG,
      regions: settings.FLY_REGION,
      appPrefix: settings.FLY_APP_PREFIX,
    },
    log,
    ...(gate !== null && { gate }),
  });
}

function dockerLocalProvider(engine: Fetcher, settings: Settings, log: LogProviderCall): Provider {
  return createDockerLocalProvider({
    fetch: (url, init) => engine.fetch(url, init),
    config: {
      clamp: settings.DOCKER_LOCAL_CLAMP,
      portRange: settings.DOCKER_LOCAL_PORT_RANGE,
      hostAddress: settings.DOCKER_LOCAL_HOST_ADDRESS,
    },
    log,
  });
}

function northflankProvider(
  settings: Settings,
  token: string,
  gate: CallGate | null,
  log: LogProviderCall,
): Provider {
  return createNorthflankProvider({
    fetch: (url, init) => fetch(url, init),
    config: {
      baseUrl: settings.NF_API_BASE_URL,
      token,
      teamId: settings.NF_TEAM_ID,
      region: settings.NF_REGION,
      projectPrefix: settings.NF_PROJECT_PREFIX,
      plans: settings,
      volumeSizeMb: settings.NF_VOLUME_SIZE_MB,
      storageClass: settings.NF_STORAGE_CLASS,
      accessMode: settings.NF_ACCESS_MODE,
      mountPath: settings.KILOCLAW_MOUNT_PATH,
    },
    log,
    ...(gate !== null && { gate }),
  });
}
