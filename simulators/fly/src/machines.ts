import { z } from 'zod';
import { hostsWithRoom, placeMachine, reserve } from './capacity.ts';
import type { AppDocument, MachineRecord } from './documents.ts';
import { aborted, alreadyExists, failedPrecondition, invalidArgument, unprocessable } from './errors.ts';
import { needOf } from './hosts.ts';
import { newMachineId, newMachineName, newPrivateIp, newUlid } from './ids.ts';
import { takeLease } from './lease.ts';
import { ttlSchema } from './lease-calls.ts';
import {
  attachVolume,
  type MachineConfig,
  machineConfigSchema,
  mountedVolumeId,
  normaliseConfig,
} from './machine-config.ts';
import { changeMachine, requireMachine, requireState } from './machine-lookup.ts';
import { beginCreate, beginDestroy, beginReplace, RESTING_STATES } from './machine-transitions.ts';
import { machineView } from './machine-view.ts';
import { DEFAULT_REGION, expandRegionWish } from './regions.ts';
import { type Call, parseBody, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';

const MAX_MACHINES_PER_APP = 1000;
const MAX_REPLACED_VERSIONS = 50;
const MAX_PAST_CONFIGS = 20;

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
  /** Seconds; the answer's `nonce` is the lease's. */
  lease_ttl: ttlSchema.optional(),
});

const updateSchema = createSchema.extend({ current_version: z.string().optional() });

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

// A volume's region if it is among those wished for, else the first of them with room.
function chooseRegion(
  sim: Simulation,
  wish: string | undefined,
  draft: AppDocument,
  config: MachineConfig,
): string {
  const volumeId = mountedVolumeId(config);
  const volumeRegion = draft.volumes.find((volume) => volume.id === volumeId)?.region;
  if (wish === undefined || wish === '') return volumeRegion ?? DEFAULT_REGION;
  const regions = expandRegionWish(wish);
  const first = regions?.[0];
  if (!regions || first === undefined) throw invalidArgument(`region: unknown region in "${wish}"`);
  if (volumeRegion !== undefined && regions.includes(volumeRegion)) return volumeRegion;
  return regions.find((region) => hostsWithRoom(sim, region, needOf(config.guest)).length > 0) ?? first;
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
      region: chooseRegion(sim, body.region, draft, config),
      state: 'created',
      hostId: '',
      hostStatus: 'ok',
      upcoming: [],
      instanceId: newUlid(nowMs),
      replacedVersions: [],
      pastConfigs: [],
      config,
      events: [],
      lease: null,
      cordoned: false,
      memoryLimitMb: null,
      privateIp: newPrivateIp(),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      goneAtMs: null,
    };
    requireFreeName(draft, created.name, created.id);
    placeMachine(sim, draft, created, attachVolume(draft, created, config));
    leaseIfAsked(created, nowMs, body.lease_ttl);
    beginCreate(created, nowMs, sim.settings(), body.skip_launch ?? false);
    draft.machines.push(created);
    return created;
  });
  return { status: 200, body: { ...machineView(machine), ...nonceOf(machine, body.lease_ttl) } };
}

function leaseIfAsked(machine: MachineRecord, nowMs: number, ttlS: number | undefined): void {
  if (ttlS !== undefined) takeLease(machine, nowMs, { ttlS, description: '' });
}

function nonceOf({ lease }: MachineRecord, askedTtlS: number | undefined): { nonce?: string } {
  return askedTtlS === undefined || lease === null ? {} : { nonce: lease.nonce };
}

/**
 * POST /v1/apps/{app}/machines/{machine}: the whole config anew. Answers before the swap is done, already with the
 * new version. 409 for a stale `current_version` and for a size that its host has no room for; 400 for another volume or region, which an update cannot change.
 */
export function updateMachine(sim: Simulation, call: Call): Reply {
  const appName = pathParam(call, 'app');
  const machineId = pathParam(call, 'machine');
  requireMachine(sim.store.read(appName), machineId);
  const body = parseBody(call, updateSchema);
  const config = normaliseConfig(body.config);
  const machine = changeMachine(sim, call, (updated, draft) => {
    if (body.current_version !== undefined && body.current_version !== updated.instanceId) {
      throw aborted(
        `current_version ${body.current_version} does not match the machine's version ${updated.instanceId}`,
      );
    }
    requireState(updated, 'update', RESTING_STATES);
    requireSamePlace(updated, config, body.region);
    requireFreeName(draft, body.name ?? updated.name, updated.id);
    reserve(sim, draft, updated, config.guest);
    const nowMs = sim.clock.nowMs();
    mintVersion(updated, nowMs);
    updated.name = body.name ?? updated.name;
    updated.config = config;
    updated.memoryLimitMb = null;
    leaseIfAsked(updated, nowMs, body.lease_ttl);
    beginReplace(updated, nowMs, sim.settings(), body.skip_launch ?? false);
    return updated;
  });
  return { status: 200, body: { ...machineView(machine), ...nonceOf(machine, body.lease_ttl) } };
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

/** Gives the machine a new version and remembers the old one, with its config of this moment, as replaced. */
export function mintVersion(machine: MachineRecord, nowMs: number): void {
  const past = { version: machine.instanceId, config: machine.config };
  machine.pastConfigs = [...machine.pastConfigs, past].slice(-MAX_PAST_CONFIGS);
  machine.replacedVersions = [...machine.replacedVersions, machine.instanceId].slice(-MAX_REPLACED_VERSIONS);
  machine.instanceId = newUlid(nowMs);
}

const DESTROYABLE_STATES = ['stopped', 'suspended', 'failed', 'created'];

/** DELETE /v1/apps/{app}/machines/{machine}: 412 on a running one unless `force` (or `kill`, as older clients say). */
export function deleteMachine(sim: Simulation, call: Call): Reply {
  const isForced = queryFlag(call, 'force') || queryFlag(call, 'kill');
  changeMachine(sim, call, (machine) => {
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
