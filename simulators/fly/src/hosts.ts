import type { AppDocument, MachineRecord } from './documents.ts';
import { guestSchema } from './guest-rules.ts';
import type { HostSize, Settings } from './settings.ts';

/** What a machine takes of its host. */
export interface Need {
  cpus: number;
  memoryMb: number;
}

const DOWN_STATES = ['stopped', 'suspended', 'failed', 'destroyed'];
const UNKNOWN_NEED: Need = { cpus: 0, memoryMb: 0 };

/** What a guest, sent or stored, takes; nothing where it is not told in a way that can be read. */
export function needOf(guest: unknown): Need {
  const parsed = guestSchema.safeParse(guest);
  if (!parsed.success) return UNKNOWN_NEED;
  return { cpus: parsed.data.cpus ?? 0, memoryMb: parsed.data.memory_mb ?? 0 };
}

/** The host that a machine or volume lies on. */
export function hostOf({ hostId, region }: { hostId: string; region: string }): string {
  return hostId === '' ? hostName(region, 0) : hostId;
}

function hostName(region: string, index: number): string {
  return `${region}-${index + 1}`;
}

/** The hosts of a region, in the order in which they are tried. */
export function hostsOf(settings: Settings, region: string): { id: string; size: HostSize }[] {
  const sizes = settings.hostsByRegion[region] ?? settings.hosts;
  return sizes.map((size, index) => ({ id: hostName(region, index), size }));
}

/** What running machines take, by host and by organisation and region. A machine that is down takes nothing. */
export class Occupancy {
  readonly #byApp = new Map<string, Map<string, Need>>();
  readonly #totals = new Map<string, Need>();

  /** Takes in what an app holds now; null = it is gone. */
  note(appName: string, document: AppDocument | null): void {
    for (const [place, need] of this.#byApp.get(appName) ?? []) this.#add(place, need, -1);
    this.#byApp.delete(appName);
    if (document === null) return;
    const places = new Map<string, Need>();
    for (const machine of document.machines) {
      if (DOWN_STATES.includes(machine.state)) continue;
      const need = needOf(machine.config.guest);
      for (const place of [hostOf(machine), orgPlace(document.app.orgSlug, machine.region)]) {
        const sum = places.get(place) ?? UNKNOWN_NEED;
        places.set(place, { cpus: sum.cpus + need.cpus, memoryMb: sum.memoryMb + need.memoryMb });
      }
    }
    this.#byApp.set(appName, places);
    for (const [place, need] of places) this.#add(place, need, 1);
  }

  onHost(hostId: string): Need {
    return this.#totals.get(hostId) ?? UNKNOWN_NEED;
  }

  ofOrg(orgSlug: string, region: string): Need {
    return this.#totals.get(orgPlace(orgSlug, region)) ?? UNKNOWN_NEED;
  }

  #add(place: string, need: Need, sign: 1 | -1): void {
    const sum = this.#totals.get(place) ?? UNKNOWN_NEED;
    this.#totals.set(place, {
      cpus: sum.cpus + sign * need.cpus,
      memoryMb: sum.memoryMb + sign * need.memoryMb,
    });
  }
}

// A space can't be in a host's name.
function orgPlace(orgSlug: string, region: string): string {
  return `${orgSlug} ${region}`;
}

/** What the machine takes of its host at this moment. */
export function takenBy(machine: MachineRecord): Need {
  return DOWN_STATES.includes(machine.state) ? UNKNOWN_NEED : needOf(machine.config.guest);
}
