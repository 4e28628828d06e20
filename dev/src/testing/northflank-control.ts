/** The Northflank simulator's control port, as the tests of the stack use it. */
import { z } from 'zod';

const REQUEST_TIMEOUT_MS = 70_000;

const StateSchema = z.object({
  services: z.array(
    z.object({
      id: z.string(),
      projectId: z.string(),
      billing: z.object({ deploymentPlan: z.string() }),
      servicePaused: z.boolean(),
      deployment: z.object({ instances: z.int() }),
      containers: z.array(z.object({ plan: z.string(), status: z.string() })),
    }),
  ),
  volumes: z.array(
    z.object({
      id: z.string(),
      projectId: z.string(),
      spec: z.object({ storageSize: z.int() }),
      attachedObjects: z.array(z.object({ id: z.string() })),
    }),
  ),
});
export type NorthflankState = z.infer<typeof StateSchema>;

export interface NorthflankControl {
  state(): Promise<NorthflankState>;
  /** How long its rollouts take, in milliseconds by phase. */
  changeSettings(settings: Readonly<Record<string, number>>): Promise<void>;
  /** Changes a service behind everybody's back. */
  changeService(
    projectId: string,
    serviceId: string,
    change: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  changeVolume(projectId: string, volumeId: string, change: Readonly<Record<string, unknown>>): Promise<void>;
}

export function createNorthflankControl(controlUrl: string): NorthflankControl {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The control port answered ${response.status} to ${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    state: async () => StateSchema.parse(await send('GET', '/state')),
    changeSettings: async (settings) => void (await send('POST', '/settings', settings)),
    changeService: async (projectId, serviceId, change) =>
      void (await send('POST', `/services/${projectId}/${serviceId}`, change)),
    changeVolume: async (projectId, volumeId, change) =>
      void (await send('POST', `/volumes/${projectId}/${volumeId}`, change)),
  };
}
