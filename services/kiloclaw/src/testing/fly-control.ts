/** The simulator's control port, as a test on workerd reaches it. */
import { z } from 'zod';
import { bindings } from './platform.ts';

const HOLD_TIMEOUT_MS = 20_000;

const StateSchema = z.object({
  machines: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
    }),
  ),
  volumes: z.array(z.looseObject({ id: z.string(), app: z.string() })),
});

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(bindings.FLY_CONTROL_URL + path, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Number of calls by route since the last reset. */
export async function flyCounters(): Promise<Record<string, number>> {
  return z.record(z.string(), z.number()).parse(await control('GET', '/counters'));
}

export async function resetFlyCounters(): Promise<void> {
  await control('POST', '/counters/reset');
}

/** Calls since the last reset that may have changed something. */
export async function flyChanges(): Promise<number> {
  const { calls } = z
    .object({ calls: z.array(z.object({ mutating: z.boolean() })) })
    .parse(await control('GET', '/calls'));
  return calls.filter((call) => call.mutating).length;
}

/** The app that an instance has at the provider, with what is in it. */
export async function atFly(appName: unknown) {
  const state = StateSchema.parse(await control('GET', '/state'));
  return {
    machines: state.machines.filter((machine) => machine.app === appName),
    volumes: state.volumes.filter((volume) => volume.app === appName && volume.state === 'created'),
  };
}

/** Somebody else's hand, or the host's: changes a machine without any call of ours. */
export async function changeMachine(
  machineId: unknown,
  change: { readonly state?: string; readonly guest?: Record<string, unknown>; readonly delete?: true },
): Promise<void> {
  await control('POST', `/machines/${machineId}`, change);
}

export async function changeVolume(
  volumeId: unknown,
  change: { readonly size_gb?: number; readonly delete?: true },
): Promise<void> {
  await control('POST', `/volumes/${volumeId}`, change);
}

/** The hosts of each named region, with the room that each of them has; every region as it was where none is named. */
export async function setFlyHosts(
  hostsByRegion: Readonly<Record<string, readonly { cpus: number; memoryMb: number }[]>>,
): Promise<void> {
  await control('POST', '/settings', { hostsByRegion });
}

/** Holds the next call of a route. `before` its effect, or `after` it with the answer kept back. */
export async function holdNext(route: string, kind: 'hold_before' | 'hold_after') {
  const { id } = z.object({ id: z.string() }).parse(await control('POST', '/faults', { route, kind }));
  return {
    untilHeld: () => control('GET', `/faults/${id}/held?timeoutMs=${HOLD_TIMEOUT_MS}`),
    release: (mode: 'proceed' | 'drop') => control('POST', `/faults/${id}/release`, { mode }),
  };
}

export async function clearFaults(): Promise<void> {
  await control('DELETE', '/faults');
}
