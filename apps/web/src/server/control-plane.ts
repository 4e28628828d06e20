/** The control plane as the web reaches it: by the typed client, over the service binding, in bounded time. */
import { createPlatformClient, type PlatformClient } from '@kiloclaw/platform-contract';
import type { Env } from './env.ts';
import type { Settings } from './settings.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** The binding decides where a request goes; its address only has to be one. */
const BASE_URL = 'http://control-plane';

/** No answer came: whether the request had an effect is not known. */
export class ControlPlaneUnavailable extends Error {
  override readonly name = 'ControlPlaneUnavailable';
}

export function connectControlPlane(env: Env, settings: Settings): PlatformClient {
  return createPlatformClient({
    baseUrl: BASE_URL,
    apiKey: settings.KILOCLAW_INTERNAL_API_KEY,
    fetch: async (request) => {
      try {
        const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
        return await env.CONTROL_PLANE.fetch(new Request(request, { signal }));
      } catch (error) {
        throw new ControlPlaneUnavailable('The control plane does not answer.', { cause: error });
      }
    },
  });
}
