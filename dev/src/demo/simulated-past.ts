/** What no call of the platform API can make, beside the Fly simulator: instances of the past, and somebody else's hand. */
import { createFlyProvider } from '@kiloclaw/control-plane/fly';
import type { Settings } from '@kiloclaw/control-plane/settings';
import { DEMO_IMAGE } from '../engine/demo-image.ts';
import type { SimulatedProvider } from '../providers.ts';
import { type Inherited, makeInherited } from './inherited.ts';
import { emailOf, type Who } from './maker.ts';

const REQUEST_TIMEOUT_MS = 10_000;

export interface SimulatedPast {
  /** An instance that the control plane has never seen: the first look at it restores it. Answers the machine's id. */
  inherit(
    who: Who,
    hardware: Pick<Inherited, 'instanceType' | 'machineSize' | 'volumeSizeGb'>,
  ): Promise<string>;
  /** Changes a machine or a volume behind the control plane's back. */
  tamper(
    resource: 'machines' | 'volumes',
    id: unknown,
    change: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

export interface SimulatedPastOptions {
  readonly simulator: Pick<SimulatedProvider, 'url' | 'controlUrl' | 'token'>;
  readonly settings: Settings;
  readonly registryUrl: string;
}

/** Throws where the simulator or Postgres refuses. */
export function createSimulatedPast({
  simulator,
  settings,
  registryUrl,
}: SimulatedPastOptions): SimulatedPast {
  const fly = createFlyProvider({
    fetch: (url, init) => fetch(url, init),
    config: {
      baseUrl: simulator.url,
      token: simulator.token,
      orgSlug: settings.FLY_ORG_SLUG,
      regions: settings.FLY_REGION,
      appPrefix: settings.FLY_APP_PREFIX,
    },
    log: () => undefined,
  });
  const site = {
    provider: fly,
    registryUrl,
    fleetId: settings.KILOCLAW_FLEET_ID,
    image: settings.KILOCLAW_DEFAULT_IMAGE ?? DEMO_IMAGE,
  };
  return {
    inherit: (who, hardware) => makeInherited(site, { ...who, userEmail: emailOf(who.userId), ...hardware }),
    async tamper(resource, id, change) {
      const answer = await fetch(`${simulator.controlUrl}/${resource}/${String(id)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(change),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to a change of ${resource}`);
    },
  };
}
