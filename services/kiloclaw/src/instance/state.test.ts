import { describe, expect, it } from 'vitest';
import { STATE_SCHEMA_VERSION, StateSchema } from './state.ts';
import { upgradeState } from './state-upgrade.ts';

/** As an earlier release stored it: never changed, whatever the schema becomes. */
const STORED_V1 = {
  fleetId: '0c6a3a52-8a0e-4a5e-9a4e-1f3f1f0f7b02',
  instanceId: '6f0f6a7e-3a51-4c52-9b1e-0d7a4f7f9a01',
  userId: 'user_alice',
  sandboxId: 'kc-6f0f6a7e3a514c529b1e0d7a4f7f9a01',
  provider: 'fly',
  name: null,
  region: 'iad',
  createdAt: 1767225600000,
  updatedAt: 1767225600000,
  startedAt: 1767225600000,
  stoppedAt: null,
  destroyedAt: null,
  status: 'running',
  instanceType: 'perf-1-3',
  machineSize: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  volumeSizeGb: 10,
  adminMachineSizeOverride: null,
  applied: {
    asked: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
    given: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
    source: 'tier',
    configurationFingerprint: 'f1',
  },
  resources: { machineName: 'kc-6f0f', machineId: 'machine_2', volumeId: 'vol_1' },
  configuration: {
    image: 'example/image:1',
    mountPath: '/data',
    port: 8080,
    sealedEnv: null,
    sealedSecrets: 'v1.key.iv.text',
    fingerprint: 'f1',
  },
  endpoint: 'https://machine_2.example.com',
  trackedImageTag: 'example/image:1',
  lastObservation: null,
  drift: [{ kind: 'registry_rejected', since: 1767225600000, details: { reason: 'taken' } }],
  generation: 7,
  registryVersion: 4,
  registrySyncedVersion: 4,
  unsyncedEmail: null,
};

const SIZE = STORED_V1.machineSize;
const STORED_V2 = {
  ...STORED_V1,
  applied: { asked: SIZE, given: SIZE, source: 'tier', shortfall: null },
  built: { size: SIZE, asked: SIZE, sizeSource: 'tier', configurationFingerprint: 'f1' },
  restoredAt: null,
  doubts: null,
};

const STORED_V3 = { ...STORED_V2, lastOutOfMemory: null };

describe('the stored state', () => {
  it('of version 1 is carried forward: what the machine was built as moves out of what it was started with', () => {
    expect(STATE_SCHEMA_VERSION).toBe(3);
    expect(StateSchema.parse(upgradeState(STORED_V1, 1))).toEqual(STORED_V3);
  });

  it('of version 1 that was given less than asked for tells so', () => {
    const clamped = { ...STORED_V1.applied, given: { ...SIZE, memory_mb: 2048 } };
    expect(upgradeState({ ...STORED_V1, applied: clamped }, 1)).toMatchObject({
      applied: { shortfall: 'clamped' },
      built: { size: { memory_mb: 2048 }, asked: SIZE },
    });
  });

  it('of version 2 is carried forward: nobody knew of machines that ran out of memory', () => {
    expect(StateSchema.parse(upgradeState(STORED_V2, 2))).toEqual(STORED_V3);
  });

  it('of version 3 still validates, as it is', () => {
    const seen = { ...STORED_V3, lastOutOfMemory: { at: 1767225600000, machineSize: SIZE } };
    expect(StateSchema.parse(upgradeState(seen, 3))).toEqual(seen);
  });

  it('keeps keys that a later release wrote', () => {
    const later = { ...STORED_V3, fromLater: { deep: true } };
    expect(StateSchema.parse(later)).toEqual(later);
  });
});
