/** The adapter of a provider by its id; one that is not configured here refuses in a sentence. */
import type { ProviderCapabilities, ProviderId } from '@kiloclaw/platform-contract';
import type { Env } from '../env.ts';
import { logProviderCalls } from '../log.ts';
import type { Settings } from '../settings.ts';
import {
  createDockerLocalProvider,
  DOCKER_LOCAL_CAPABILITIES,
} from './docker-local/docker-local-provider.ts';
import { createFlyProvider, FLY_CAPABILITIES } from './fly/adapter.ts';
import type { Provider } from './provider.ts';

/** Null where the provider is not configured here. */
export function findProvider(id: ProviderId, env: Env, settings: Settings): Provider | null {
  switch (id) {
    case 'fly':
      return settings.FLY_API_TOKEN === undefined ? null : flyProvider(settings, settings.FLY_API_TOKEN);
    case 'docker-local':
      return env.DOCKER === undefined ? null : dockerLocalProvider(env.DOCKER, settings);
    case 'northflank':
      return null;
  }
}

/** Of a provider without an adapter: it can do nothing, and says so in plain sentences. */
const INCAPABLE: ProviderCapabilities = {
  resize: false,
  sizeOverride: false,
  extendVolume: false,
  forksVolume: false,
  observesHardware: false,
  volumesAreSized: true,
  cpuKindsObservable: false,
  sizeAppliesAt: 'next_start',
  resizeNeedsStop: false,
  hasRegions: false,
};

/** What a provider can do, whether or not it is configured here. */
export function capabilitiesOf(id: ProviderId): ProviderCapabilities {
  return { fly: FLY_CAPABILITIES, 'docker-local': DOCKER_LOCAL_CAPABILITIES, northflank: INCAPABLE }[id];
}

export class ProviderNotConfigured extends Error {
  override readonly name = 'ProviderNotConfigured';
}

/** Throws `ProviderNotConfigured` where `findProvider` finds none. */
export function pickProvider(id: ProviderId, env: Env, settings: Settings): Provider {
  const provider = findProvider(id, env, settings);
  if (provider === null)
    throw new ProviderNotConfigured(`provider: ${id} is not configured on this control plane.`);
  return provider;
}

function flyProvider(settings: Settings, token: string): Provider {
  return createFlyProvider({
    fetch: (url, init) => fetch(url, init),
    config: {
      baseUrl: settings.FLY_API_BASE_URL,
      token,
      orgSlug: settings.FLY_ORG_SLUG,
      regions: settings.FLY_REGION,
      appPrefix: settings.FLY_APP_PREFIX,
    },
    log: logProviderCalls(),
  });
}

function dockerLocalProvider(engine: Fetcher, settings: Settings): Provider {
  return createDockerLocalProvider({
    fetch: (url, init) => engine.fetch(url, init),
    config: {
      clamp: settings.DOCKER_LOCAL_CLAMP,
      portRange: settings.DOCKER_LOCAL_PORT_RANGE,
      hostAddress: settings.DOCKER_LOCAL_HOST_ADDRESS,
    },
    log: logProviderCalls(),
  });
}
