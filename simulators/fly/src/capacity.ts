import type { AppDocument, MachineRecord } from './documents.ts';
import { badRequest, FlyError } from './errors.ts';
import { hostOf, hostsOf, type Need, needOf, takenBy } from './hosts.ts';
import { REGIONS } from './regions.ts';
import type { Simulation } from './route.ts';

// The service hides capacity behind 400, 403, 409 and 412, each with its own words; they are kept apart here.
const CAPACITY = 'insufficient_capacity';

/** What a host has left; `without` = a machine on it that is not counted. Null: there is no such host (any more). */
function roomOf(sim: Simulation, hostId: string, region: string, without?: MachineRecord): Need | null {
  const host = hostsOf(sim.settings(), region).find(({ id }) => id === hostId);
  if (host === undefined) return null;
  const used = sim.store.occupancy.onHost(hostId);
  const own = without === undefined ? { cpus: 0, memoryMb: 0 } : takenBy(without);
  return {
    cpus: host.size.cpus - used.cpus + own.cpus,
    memoryMb: host.size.memoryMb - used.memoryMb + own.memoryMb,
  };
}

function fits(need: Need, room: Need | null): boolean {
  return room !== null && need.cpus <= room.cpus && need.memoryMb <= room.memoryMb;
}

/** The hosts of a region with room for the need, in order. */
export function hostsWithRoom(sim: Simulation, region: string, need: Need): string[] {
  return hostsOf(sim.settings(), region)
    .map(({ id }) => id)
    .filter((id) => fits(need, roomOf(sim, id, region)));
}

/** How often the need fits into a region. */
export function timesThatFit(sim: Simulation, region: string, need: Need): number {
  return hostsOf(sim.settings(), region)
    .map(({ id }) => roomOf(sim, id, region) ?? need)
    .map((room) => Math.floor(Math.min(room.cpus / need.cpus, room.memoryMb / need.memoryMb)))
    .reduce((sum, times) => sum + Math.max(0, times), 0);
}

function requireQuota(sim: Simulation, draft: AppDocument, machine: MachineRecord, need: Need): void {
  const { region } = machine;
  const quotaMb = sim.settings().memoryQuotaMbByRegion[region];
  if (quotaMb === undefined) return;
  const { orgSlug } = draft.app;
  const before = draft.machines.find(({ id }) => id === machine.id);
  const ownMb = before === undefined ? 0 : takenBy(before).memoryMb;
  const usedMb = sim.store.occupancy.ofOrg(orgSlug, region).memoryMb - ownMb + need.memoryMb;
  if (need.memoryMb <= ownMb || usedMb <= quotaMb) return;
  throw new FlyError(
    403,
    `organization ${orgSlug} is using ${usedMb} MB of memory in ${region} which is over the allowed quota of ${quotaMb} MB`,
  );
}

/**
 * Chooses the host of a new machine: its volume's, else the first of its region with room. 403 over the quota; 412 where
 * there is no room.
 */
export function placeMachine(
  sim: Simulation,
  draft: AppDocument,
  machine: MachineRecord,
  volume: { id: string; hostId: string; region: string } | null,
): void {
  const need = needOf(machine.config.guest);
  requireQuota(sim, draft, machine, need);
  if (volume !== null) {
    const hostId = hostOf(volume);
    if (!fits(need, roomOf(sim, hostId, volume.region))) {
      throw new FlyError(
        412,
        `failed_precondition: insufficient resources to create new machine with existing volume '${volume.id}'`,
        CAPACITY,
      );
    }
    machine.hostId = hostId;
    return;
  }
  const [hostId] = hostsWithRoom(sim, machine.region, need);
  if (hostId === undefined) {
    throw new FlyError(
      412,
      `failed_precondition: insufficient resources available to create a machine in region ${machine.region}`,
      CAPACITY,
    );
  }
  machine.hostId = hostId;
}

/**
 * Makes sure that a machine fits its host with this guest, as it starts or changes: it can't go to another. 403 over the
 * quota, 409 without room.
 */
export function reserve(sim: Simulation, draft: AppDocument, machine: MachineRecord, guest: unknown): void {
  const need = needOf(guest);
  requireQuota(sim, draft, machine, need);
  const taken = takenBy(machine);
  if (need.cpus <= taken.cpus && need.memoryMb <= taken.memoryMb) return;
  const room = roomOf(sim, hostOf(machine), machine.region, machine);
  if (fits(need, room)) return;
  const lacking =
    need.memoryMb > (room?.memoryMb ?? 0)
      ? 'insufficient memory available to fulfill request'
      : 'insufficient CPUs available to fulfill request on the current host';
  throw new FlyError(409, `aborted: could not reserve resource for machine: ${lacking}`, CAPACITY);
}

/** What decides where a new volume lies. */
export interface VolumePlace {
  region: string;
  /** The guest of the machine to come. */
  hint: unknown;
  /** Where a fork's source lies: taken last. */
  sourceHostId: string | null;
  /** Hosts that are not to be taken at all. */
  avoidedHostIds: readonly string[];
}

/**
 * Chooses the host of a new volume. With a hint, the first that has room for the machine to come; without one, the first
 * whatever it has: the machine may not fit there. 400 without room.
 */
export function placeVolume(sim: Simulation, place: VolumePlace): string {
  const { region, hint, sourceHostId, avoidedHostIds } = place;
  const hosts =
    hint === undefined
      ? hostsOf(sim.settings(), region).map(({ id }) => id)
      : hostsWithRoom(sim, region, needOf(hint));
  const candidates = hosts.filter((id) => !avoidedHostIds.includes(id));
  const chosen = candidates.find((id) => id !== sourceHostId) ?? candidates[0];
  if (chosen === undefined) throw badRequest('no capacity');
  return chosen;
}

/** Every host with what running machines take of it, as the control port shows it. */
export function hostViews(sim: Simulation): Record<string, unknown>[] {
  return REGIONS.flatMap(({ code }) =>
    hostsOf(sim.settings(), code).map(({ id, size }) => ({
      id,
      region: code,
      ...size,
      used: sim.store.occupancy.onHost(id),
    })),
  );
}
