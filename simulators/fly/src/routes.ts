import { createApp, deleteApp, getApp, listApps } from './apps.ts';
import { listEvents } from './events.ts';
import { execInMachine, listProcesses, signalMachine } from './guest-calls.ts';
import { acquireLease, getLease, releaseLease } from './lease-calls.ts';
import {
  cordonMachine,
  restartMachine,
  startMachine,
  stopMachine,
  suspendMachine,
  uncordonMachine,
} from './machine-power.ts';
import { getMachine, listMachines, listVersions } from './machine-reads.ts';
import { createMachine, deleteMachine, updateMachine } from './machines.ts';
import { getMemory, reclaimMemory, setMemory } from './memory.ts';
import { deleteMetadataKey, getMetadata, getMetadataKey, patchMetadata, setMetadataKey } from './metadata.ts';
import { listOrgMachines, listOrgVolumes } from './org-lists.ts';
import { probePlacements } from './placements.ts';
import { DEFAULT_REGION, REGIONS } from './regions.ts';
import type { Reply, Route } from './route.ts';
import { createSnapshot, listSnapshots } from './snapshots.ts';
import { createVolume } from './volume-create.ts';
import { deleteVolume, extendVolume, getVolume, listVolumes, updateVolume } from './volumes.ts';
import { waitForMachine } from './wait.ts';

function listRegions(): Reply {
  const regions = REGIONS.map((region) => ({
    ...region,
    deprecated: false,
    gateway_available: true,
    requires_paid_plan: false,
  }));
  return { status: 200, body: { nearest: DEFAULT_REGION, regions } };
}

const APPS = '/v1/apps';
const APP = `${APPS}/{app}`;
const MACHINES = `${APP}/machines`;
const MACHINE = `${MACHINES}/{machine}`;
const METADATA = `${MACHINE}/metadata`;
const METADATA_KEY = `${METADATA}/{key}`;
const MEMORY = `${MACHINE}/memory`;
const VOLUMES = `${APP}/volumes`;
const VOLUME = `${VOLUMES}/{volume}`;
const SNAPSHOTS = `${VOLUME}/snapshots`;
const ORG = '/v1/orgs/{org}';

/** Everything that the simulator answers. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: APPS, handler: listApps },
  { method: 'POST', path: APPS, handler: createApp },
  { method: 'GET', path: APP, handler: getApp },
  { method: 'DELETE', path: APP, handler: deleteApp },
  { method: 'GET', path: MACHINES, handler: listMachines },
  { method: 'POST', path: MACHINES, handler: createMachine },
  { method: 'GET', path: MACHINE, handler: getMachine },
  { method: 'POST', path: MACHINE, handler: updateMachine },
  { method: 'DELETE', path: MACHINE, handler: deleteMachine },
  { method: 'POST', path: `${MACHINE}/start`, handler: startMachine },
  { method: 'POST', path: `${MACHINE}/stop`, handler: stopMachine },
  { method: 'POST', path: `${MACHINE}/restart`, handler: restartMachine },
  { method: 'POST', path: `${MACHINE}/suspend`, handler: suspendMachine },
  { method: 'POST', path: `${MACHINE}/cordon`, handler: cordonMachine },
  { method: 'POST', path: `${MACHINE}/uncordon`, handler: uncordonMachine },
  { method: 'POST', path: `${MACHINE}/signal`, handler: signalMachine },
  { method: 'POST', path: `${MACHINE}/exec`, handler: execInMachine },
  { method: 'GET', path: `${MACHINE}/ps`, handler: listProcesses },
  { method: 'GET', path: MEMORY, handler: getMemory },
  { method: 'PUT', path: MEMORY, handler: setMemory },
  { method: 'POST', path: `${MEMORY}/reclaim`, handler: reclaimMemory },
  { method: 'GET', path: `${MACHINE}/lease`, handler: getLease },
  { method: 'POST', path: `${MACHINE}/lease`, handler: acquireLease },
  { method: 'DELETE', path: `${MACHINE}/lease`, handler: releaseLease },
  { method: 'GET', path: `${MACHINE}/events`, handler: listEvents },
  { method: 'GET', path: `${MACHINE}/versions`, handler: listVersions },
  { method: 'GET', path: `${MACHINE}/wait`, handler: waitForMachine },
  { method: 'GET', path: METADATA, handler: getMetadata },
  { method: 'PATCH', path: METADATA, handler: patchMetadata },
  { method: 'PUT', path: METADATA, handler: patchMetadata },
  { method: 'GET', path: METADATA_KEY, handler: getMetadataKey },
  { method: 'POST', path: METADATA_KEY, handler: setMetadataKey },
  { method: 'DELETE', path: METADATA_KEY, handler: deleteMetadataKey },
  { method: 'GET', path: VOLUMES, handler: listVolumes },
  { method: 'POST', path: VOLUMES, handler: createVolume },
  { method: 'GET', path: VOLUME, handler: getVolume },
  { method: 'PUT', path: VOLUME, handler: updateVolume },
  { method: 'DELETE', path: VOLUME, handler: deleteVolume },
  { method: 'PUT', path: `${VOLUME}/extend`, handler: extendVolume },
  { method: 'GET', path: SNAPSHOTS, handler: listSnapshots },
  { method: 'POST', path: SNAPSHOTS, handler: createSnapshot },
  { method: 'GET', path: `${ORG}/machines`, handler: listOrgMachines },
  { method: 'GET', path: `${ORG}/volumes`, handler: listOrgVolumes },
  { method: 'GET', path: '/v1/platform/regions', handler: listRegions },
  { method: 'POST', path: '/v1/platform/placements', handler: probePlacements },
];

/** Whether calls of a route may change anything. */
export function isMutating(method: string): boolean {
  return method !== 'GET';
}
