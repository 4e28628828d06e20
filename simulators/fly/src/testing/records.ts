/** Records as the store holds them, for tests that need no server. */
import type { AppDocument, MachineRecord, VolumeRecord } from '../documents.ts';

export function machineRecord(state: string): MachineRecord {
  return {
    id: 'm1',
    name: 'one',
    region: 'iad',
    hostId: 'iad-1',
    hostStatus: 'ok',
    state,
    upcoming: [],
    instanceId: 'V1',
    replacedVersions: [],
    pastConfigs: [],
    config: {},
    events: [],
    lease: null,
    cordoned: false,
    memoryLimitMb: null,
    privateIp: 'fdaa::1',
    createdAtMs: 0,
    updatedAtMs: 0,
    goneAtMs: null,
  };
}

/** A volume that the machine of `machineRecord` mounts. */
export function boundVolumeRecord(): VolumeRecord {
  return {
    id: 'vol_1',
    name: 'data',
    region: 'iad',
    zone: '0000',
    hostId: 'iad-1',
    state: 'created',
    filledAtMs: null,
    sizeGb: 1,
    usedGb: 0,
    encrypted: true,
    fstype: 'ext4',
    snapshotRetention: 5,
    autoBackupEnabled: true,
    snapshots: [],
    attachedMachineId: 'm1',
    unbindAtMs: null,
    goneAtMs: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

export function emptyAppDocument(name: string): AppDocument {
  const app = {
    id: 'a',
    numericId: 1,
    name,
    orgSlug: 'o',
    network: 'n',
    createdAtMs: 0,
    visibleAtMs: 0,
    isForeign: false,
  };
  return { app, machines: [], volumes: [] };
}
