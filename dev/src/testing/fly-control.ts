/** The Fly simulator's control port, as the tests of the stack use it. */
import { z } from 'zod';

const REQUEST_TIMEOUT_MS = 70_000;
/** The simulator's own bound. */
const FAULT_TIMES_MOST = 1_000_000;

const CallSchema = z.object({
  seq: z.int(),
  route: z.string().nullable(),
  path: z.string(),
  status: z.int().nullable(),
  mutating: z.boolean(),
  faultId: z.string().optional(),
});
export type FlyCall = z.infer<typeof CallSchema>;

const GuestSchema = z.object({ cpus: z.int(), memory_mb: z.int(), cpu_kind: z.string() });
const ResourceShape = { app: z.string(), id: z.string(), state: z.string() };
const StateSchema = z.object({
  apps: z.array(z.object({ name: z.string() })),
  machines: z.array(
    z.object({
      ...ResourceShape,
      /** New with every update. */
      instance_id: z.string(),
      config: z.object({ guest: GuestSchema, env: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
  volumes: z.array(z.object({ ...ResourceShape, size_gb: z.int() })),
});
export type FlyState = z.infer<typeof StateSchema>;

const RoutesSchema = z.object({ routes: z.array(z.object({ route: z.string() })) });
const FaultSchema = z.object({ id: z.string(), fired: z.int(), holding: z.boolean() });
export type FlyFaultKind = 'hold_before' | 'hold_after' | 'lose_answer' | 'fail_before';
/** A refusal as Fly puts it. */
export interface FlyRefusal {
  readonly status: number;
  readonly body: { readonly error: string; readonly status?: string };
}
export type ReleaseMode = 'proceed' | 'drop';

export interface FlyControl {
  /** Arms a fault for the nth coming call of a route, once; answers its id. `answer`: what a failed call is told. */
  arm(fault: { route: string; nth: number; kind: FlyFaultKind; answer?: FlyRefusal }): Promise<string>;
  /** Lets every call fail with 500 and without any effect, until the faults are cleared. */
  failEverything(): Promise<void>;
  /** Lets every call of a route fail with 500 and without any effect, until the faults are cleared. */
  failRoute(route: string): Promise<void>;
  /** Resolves when the fault holds a call; rejects after `timeoutMs`. */
  untilHeld(faultId: string, timeoutMs: number): Promise<void>;
  release(faultId: string, mode: ReleaseMode): Promise<void>;
  faults(): Promise<z.infer<typeof FaultSchema>[]>;
  clearFaults(): Promise<void>;
  /** The last calls, oldest first. */
  calls(): Promise<FlyCall[]>;
  state(): Promise<FlyState>;
  /** How long its machines take, in milliseconds by transition. */
  changeSettings(settings: Readonly<Record<string, number>>): Promise<void>;
  /** Gives a machine another guest behind everybody's back. */
  changeGuest(machineId: string, guest: Readonly<Record<string, unknown>>): Promise<void>;
  /** Lets a volume vanish behind everybody's back. */
  deleteVolume(volumeId: string): Promise<void>;
}

export function createFlyControl(controlUrl: string): FlyControl {
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
  const failRoute = async (route: string) =>
    void (await send('POST', '/faults', { route, kind: 'fail_before', times: FAULT_TIMES_MOST }));
  return {
    arm: async ({ answer = {}, ...fault }) =>
      z.object({ id: z.string() }).parse(await send('POST', '/faults', { ...fault, ...answer, times: 1 })).id,
    failEverything: async () => {
      const { routes } = RoutesSchema.parse(await send('GET', '/routes'));
      for (const { route } of routes) await failRoute(route);
    },
    failRoute,
    untilHeld: async (id, timeoutMs) => void (await send('GET', `/faults/${id}/held?timeoutMs=${timeoutMs}`)),
    release: async (id, mode) => void (await send('POST', `/faults/${id}/release`, { mode })),
    faults: async () => z.object({ faults: z.array(FaultSchema) }).parse(await send('GET', '/faults')).faults,
    clearFaults: async () => void (await send('DELETE', '/faults')),
    calls: async () => z.object({ calls: z.array(CallSchema) }).parse(await send('GET', '/calls')).calls,
    state: async () => StateSchema.parse(await send('GET', '/state')),
    changeSettings: async (settings) => void (await send('POST', '/settings', settings)),
    changeGuest: async (machineId, guest) => void (await send('POST', `/machines/${machineId}`, { guest })),
    deleteVolume: async (volumeId) => void (await send('POST', `/volumes/${volumeId}`, { delete: true })),
  };
}
