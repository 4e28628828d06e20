import { z } from 'zod';
import type { AppDocument, MachineRecord } from './documents.ts';
import {
  aborted,
  alreadyExists,
  failedPrecondition,
  invalidArgument,
  notFound,
  unprocessable,
} from './errors.ts';
import { newMachineId, newMachineName, newPrivateIp, newUlid } from './ids.ts';
import {
  attachVolume,
  type MachineConfig,
  machineConfigSchema,
  mountedVolumeId,
  normaliseConfig,
} from './machine-config.ts';
import { beginCreate, beginDestroy, beginReplace, RESTING_STATES } from './machine-transitions.ts';
import { machineSummary, machineView } from './machine-view.ts';
import { DEFAULT_REGION, expandRegionWish } from './regions.ts';
import { type Call, parseBody, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';

const MAX_MACHINES_PER_APP = 1000;
const MAX_REPLACED_VERSIONS = 50;
const METADATA_FILTER_PREFIX = 'metadata.';

const createSchema = z.looseObject({
  name: z
    .string()
    .regex(
      /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/,
      'must be 1 to 63 letters, digits, dots, dashes and underscores',
    )
    .optional(),
  region: z.string().optional(),
  config: machineConfigSchema,
  skip_launch: z.boolean().optional(),
});

const updateSchema = createSchema.extend({ current_version: z.string().optional() });

/** The machine with this id; 404 if there is none (any more). */
export function requireMachine(document: Readonly<AppDocument>, machineId: string): MachineRecord {
  const machine = document.machines.find((candidate) => candidate.id === machineId);
  if (!machine) throw notFound('machine not found');
  return machine;
}

/** 412 in the service's words unless the machine may now be acted upon. */
export function requireState(machine: MachineRecord, verb: string, allowed: readonly string[]): void {
  if (machine.state === 'replacing') {
    throw failedPrecondition(`machine getting replaced, refusing to ${verb}`);
  }
  if (machine.upcoming.length > 0 || !allowed.includes(machine.state)) {
    throw failedPrecondition(`unable to ${verb} machine from current state: '${machine.state}'`);
  }
}

function requireFreeName(document: AppDocument, name: string, ownId: string): void {
  const holder = document.machines.find(
    (machine) => machine.name === name && machine.id !== ownId && machine.state !== 'destroyed',
  );
  if (holder) {
    throw alreadyExists(
      `unique machine name violation, machine ID ${holder.id} already exists with name "${name}"`,
    );
  }
}

/** GET /v1/apps/{app}/machines: a bare array; every filter that is given must hold. */
export function listMachines(sim: Simulation, call: Call): Reply {
  const { machines } = sim.store.read(pathParam(call, 'app'));
  const regions = commaList(call.query.get('region'));
  const states = commaList(call.query.get('state'));
  const includeDeleted = queryFlag(call, 'include_deleted');
  const wanted = [...call.query].filter(([key]) => key.startsWith(METADATA_FILTER_PREFIX));
  const matching = machines.filter((machine) => {
    if (machine.state === 'destroyed' && !includeDeleted) return false;
    if (regions && !regions.includes(machine.region)) return false;
    if (states && !states.includes(machine.state)) return false;
    const metadata = metadataOf(machine);
    return wanted.every(([key, value]) => metadata[key.slice(METADATA_FILTER_PREFIX.length)] === value);
  });
  return { status: 200, body: matching.map(queryFlag(call, 'summary') ? machineSummary : machineView) };
}

function commaList(value: string | null): string[] | null {
  return value === null || value === '' ? null : value.split(',').map((part) => part.trim());
}

/** The machine's tags. */
export function metadataOf(machine: MachineRecord): Record<string, string> {
  return z.record(z.string(), z.string()).catch({}).parse(machine.config.metadata);
}

function chooseRegion(wish: string | undefined, draft: AppDocument, config: MachineConfig): string {
  const volumeId = mountedVolumeId(config);
  const volumeRegion = draft.volumes.find((volume) => volume.id === volumeId)?.region;
  if (wish === undefined || wish === '') return volumeRegion ?? DEFAULT_REGION;
  const regions = expandRegionWish(wish);
  const first = regions?.[0];
  if (!regions || first === undefined) throw invalidArgument(`region: unknown region in "${wish}"`);
  return volumeRegion !== undefined && regions.includes(volumeRegion) ? volumeRegion : first;
}

/** POST /v1/apps/{app}/machines: answers at once, `created`; 409 with the holder's id if the name is taken. */
export function createMachine(sim: Simulation, call: Call): Reply {
  const appName = pathParam(call, 'app');
  sim.store.read(appName);
  const body = parseBody(call, createSchema);
  const config = normaliseConfig(body.config);
  const machine = sim.store.change(appName, (draft) => {
    if (draft.machines.length >= MAX_MACHINES_PER_APP) {
      throw unprocessable(`app is limited to ${MAX_MACHINES_PER_APP} machines`);
    }
    const nowMs = sim.clock.nowMs();
    const created: MachineRecord = {
      id: newMachineId(),
      name: body.name ?? newMachineName(),
      region: chooseRegion(body.region, draft, config),
      state: 'created',
      upcoming: [],
      instanceId: newUlid(nowMs),
      replacedVersions: [],
      config,
      privateIp: newPrivateIp(),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      goneAtMs: null,
    };
    requireFreeName(draft, created.name, created.id);
    attachVolume(draft, created, config);
    beginCreate(created, nowMs, sim.settings(), body.skip_launch ?? false);
    draft.machines.push(created);
    return created;
  });
  return { status: 200, body: machineView(machine) };
}

/** GET /v1/apps/{app}/machines/{machine} */
export function getMachine(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.read(pathParam(call, 'app')), pathParam(call, 'machine'));
  return { status: 200, body: machineView(machine) };
}

/**
 * POST /v1/apps/{app}/machines/{machine}: the whole config anew. Answers before the swap is done, already with the
 * new version. 409 for a stale `current_version`; 400 for another volume or region, which an update cannot change.
 */
export function updateMachine(sim: Simulation, call: Call): Reply {
  const appName = pathParam(call, 'app');
  const machineId = pathParam(call, 'machine');
  requireMachine(sim.store.read(appName), machineId);
  const body = parseBody(call, updateSchema);
  const config = normaliseConfig(body.config);
  const machine = sim.store.change(appName, (draft) => {
    const updated = requireMachine(draft, machineId);
    if (body.current_version !== undefined && body.current_version !== updated.instanceId) {
      throw aborted(
        `current_version ${body.current_version} does not match the machine's version ${updated.instanceId}`,
      );
    }
    requireState(updated, 'update', RESTING_STATES);
    requireSamePlace(updated, config, body.region);
    requireFreeName(draft, body.name ?? updated.name, updated.id);
    mintVersion(updated, sim.clock.nowMs());
    updated.name = body.name ?? updated.name;
    updated.config = config;
    beginReplace(updated, sim.clock.nowMs(), sim.settings(), body.skip_launch ?? false);
    return updated;
  });
  return { status: 200, body: machineView(machine) };
}

function requireSamePlace(machine: MachineRecord, config: MachineConfig, region: string | undefined): void {
  if (mountedVolumeId(config) !== mountedVolumeId(machine.config)) {
    throw invalidArgument(
      "config.mounts: a machine's volume can't be changed by an update, destroy and recreate it",
    );
  }
  if (region !== undefined && region !== '' && region !== machine.region) {
    throw invalidArgument(`region: the machine is in ${machine.region} and can't be moved by an update`);
  }
}

/** Gives the machine a new version and remembers the old one as replaced. */
export function mintVersion(machine: MachineRecord, nowMs: number): void {
  machine.replacedVersions = [...machine.replacedVersions, machine.instanceId].slice(-MAX_REPLACED_VERSIONS);
  machine.instanceId = newUlid(nowMs);
}

const DESTROYABLE_STATES = ['stopped', 'suspended', 'failed', 'created'];

/** DELETE /v1/apps/{app}/machines/{machine}: 412 on a running one unless `force` (or `kill`, as older clients say). */
export function deleteMachine(sim: Simulation, call: Call): Reply {
  const isForced = queryFlag(call, 'force') || queryFlag(call, 'kill');
  sim.store.change(pathParam(call, 'app'), (draft) => {
    const machine = requireMachine(draft, pathParam(call, 'machine'));
    if (machine.state === 'destroying' || machine.state === 'destroyed') return;
    if (!isForced && !DESTROYABLE_STATES.includes(machine.state)) {
      throw failedPrecondition(
        'unable to destroy machine, not currently stopped, suspended, failed or created',
      );
    }
    beginDestroy(machine, sim.clock.nowMs(), sim.settings());
  });
  return { status: 200, body: { ok: true } };
}
