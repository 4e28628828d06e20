import { z } from 'zod';
import type { AppDocument } from './documents.ts';
import { hostOf } from './hosts.ts';
import { exitBySelf, OUT_OF_MEMORY } from './machine-life.ts';
import { forceState } from './machine-transitions.ts';
import { machineView } from './machine-view.ts';
import { mintVersion } from './machines.ts';
import type { Simulation } from './route.ts';
import { fillVolume } from './volume-growth.ts';
import { volumeView } from './volumes.ts';

// What happens without any call of the client under test: somebody else's hand, the host, the vendor.
// On purpose not held to the guest table and the list of states: a client must survive words it does not know.

/** What `POST /machines/{id}` takes. */
export const machineChangeSchema = z
  .strictObject({
    state: z.string().min(1).max(64).optional(),
    guest: z.record(z.string(), z.unknown()).optional(),
    host_status: z.enum(['ok', 'unknown', 'unreachable']).optional(),
    out_of_memory: z.literal(true).optional(),
    delete: z.literal(true).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    message: 'give state, guest, host_status, out_of_memory or delete',
  });

/** What `POST /volumes/{id}` takes. */
export const volumeChangeSchema = z
  .strictObject({
    size_gb: z.int().min(1).max(100_000).optional(),
    used_gb: z.number().min(0).max(100_000).optional(),
    delete: z.literal(true).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { message: 'give size_gb, used_gb or delete' });

/** What `POST /apps/{name}` takes. */
export const appChangeSchema = z.strictObject({ foreign: z.boolean() });

function appNameOf(sim: Simulation, holds: (document: Readonly<AppDocument>) => boolean): string | null {
  return (
    sim.store.appNames().find((name) => {
      const document = sim.store.find(name);
      return document !== null && holds(document);
    }) ?? null
  );
}

/**
 * Changes a machine of any app; false if there is none with this id. A state ends the running transition; a guest
 * mints a version, as any update does; out of memory, its process is killed and its restart policy decides what comes
 * next; a deletion is at once and frees the volume.
 */
export function changeMachineBehindBack(
  sim: Simulation,
  machineId: string,
  change: z.infer<typeof machineChangeSchema>,
): boolean {
  const appName = appNameOf(sim, (document) => document.machines.some(({ id }) => id === machineId));
  if (appName === null) return false;
  const nowMs = sim.clock.nowMs();
  sim.store.change(appName, (draft) => {
    for (const machine of draft.machines.filter(({ id }) => id === machineId)) {
      machine.hostStatus = change.host_status ?? machine.hostStatus;
      if (change.out_of_memory) exitBySelf(machine, nowMs, sim.settings(), OUT_OF_MEMORY);
      if (change.state !== undefined) forceState(machine, nowMs, change.state);
      if (change.guest !== undefined) {
        mintVersion(machine, nowMs);
        machine.config = { ...machine.config, guest: change.guest };
      }
    }
    if (!change.delete) return;
    draft.machines = draft.machines.filter(({ id }) => id !== machineId);
    for (const volume of draft.volumes) {
      if (volume.attachedMachineId === machineId) volume.attachedMachineId = null;
    }
  });
  return true;
}

/** Moves an app to an organisation that the token does not cover, or back; false if there is none of this name. */
export function changeAppBehindBack(
  sim: Simulation,
  appName: string,
  change: z.infer<typeof appChangeSchema>,
): boolean {
  if (sim.store.find(appName) === null) return false;
  sim.store.change(appName, (draft) => {
    draft.app.isForeign = change.foreign;
  });
  return true;
}

/**
 * Changes a volume of any app; false if there is none with this id. It may shrink here, and vanish while bound. A fuller
 * one may extend itself, as its machine's mount says.
 */
export function changeVolumeBehindBack(
  sim: Simulation,
  volumeId: string,
  change: z.infer<typeof volumeChangeSchema>,
): boolean {
  const appName = appNameOf(sim, (document) => document.volumes.some(({ id }) => id === volumeId));
  if (appName === null) return false;
  sim.store.change(appName, (draft) => {
    for (const volume of draft.volumes.filter(({ id }) => id === volumeId)) {
      volume.sizeGb = change.size_gb ?? volume.sizeGb;
      if (change.used_gb !== undefined) fillVolume(draft, volume, change.used_gb, sim.clock.nowMs());
    }
    if (change.delete) draft.volumes = draft.volumes.filter(({ id }) => id !== volumeId);
  });
  return true;
}

/** The truth of this moment, for test harnesses: everything, as the wire shows it, with the app's name. */
export function dumpState(sim: Simulation): Record<string, unknown> {
  const documents = sim.store.appNames().map((name) => sim.store.read(name));
  return {
    apps: documents.map(({ app }) => ({
      id: app.id,
      name: app.name,
      org_slug: app.orgSlug,
      network: app.network,
    })),
    machines: documents.flatMap(({ app, machines }) =>
      machines.map((machine) => ({ app: app.name, host: hostOf(machine), ...machineView(machine) })),
    ),
    volumes: documents.flatMap(({ app, volumes }) =>
      volumes.map((volume) => ({ app: app.name, host: hostOf(volume), ...volumeView(volume) })),
    ),
  };
}
