/** Answers of the platform API, as tests need them. */
import {
  type DebugView,
  GATED_ACTIONS,
  type InstancePage,
  type ListedInstance,
  type OperationAnswer,
  type OperationView,
  type OrphansView,
  type Plan,
  type ProviderCapabilities,
  type ProvidersView,
  type ScrubPersonAnswer,
  type StatusView,
  type TiersView,
} from '@kiloclaw/platform-contract';

export const INSTANCE_ID = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';
export const OTHER_INSTANCE_ID = '1a2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b99';
export const OPERATION_ID = '01a20849-e321-7382-b0dd-0e99da17ef44';
export const AT = '2026-01-31T14:05:00.000Z';
const SIZE = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;

export function listedInstance(more: Partial<ListedInstance> = {}): ListedInstance {
  return {
    instanceId: INSTANCE_ID,
    userId: 'alice',
    userEmail: 'alice@example.com',
    sandboxId: 'kc-7d2f7c1e4a584b0e9f536a1f0c9d2b11',
    name: 'Alice’s box',
    provider: 'fly',
    region: 'fra',
    status: 'running',
    instanceType: 'perf-1-3',
    machineSize: SIZE,
    volumeSizeGb: 10,
    sizeOverride: null,
    sizeOverrideUnreadable: false,
    driftKinds: [],
    machineId: null,
    imageTag: null,
    registryVersion: 1,
    createdAt: AT,
    updatedAt: AT,
    destroyedAt: null,
    ...more,
  };
}

export function instancePage(...items: readonly ListedInstance[]): InstancePage {
  return { items: [...items], nextCursor: null, total: items.length, totalIsCapped: false };
}

export function statusView(more: Partial<StatusView> = {}): StatusView {
  return {
    userId: 'alice',
    instanceId: INSTANCE_ID,
    sandboxId: 'kc-7d2f7c1e4a584b0e9f536a1f0c9d2b11',
    name: 'Alice’s box',
    provider: 'fly',
    region: 'fra',
    status: 'running',
    instanceType: 'perf-1-3',
    machineSize: SIZE,
    volumeSizeGb: 10,
    endpoint: null,
    createdAt: AT,
    startedAt: AT,
    stoppedAt: null,
    operation: null,
    ...more,
  };
}

export function operationAnswer(
  more: Partial<OperationView> = {},
  result: OperationAnswer['result'] = null,
): OperationAnswer {
  const operation: OperationView = {
    id: OPERATION_ID,
    kind: 'start',
    status: 'succeeded',
    steps: [{ name: 'start_machine', status: 'succeeded', startedAt: AT, endedAt: AT }],
    actor: { kind: 'api', id: 'internal' },
    startedAt: AT,
    endedAt: AT,
    error: null,
    ...more,
  };
  return { operation, result };
}

export function runningOperation(more: Partial<OperationView> = {}): OperationAnswer {
  return operationAnswer({
    status: 'running',
    endedAt: null,
    steps: [
      { name: 'start_machine', status: 'running', startedAt: AT, endedAt: null, progressPercent: 40 },
      { name: 'tell_registry', status: 'pending', startedAt: null, endedAt: null },
    ],
    ...more,
  });
}

const CAPABILITIES: ProviderCapabilities = {
  resize: true,
  sizeOverride: true,
  extendVolume: true,
  forksVolume: true,
  observesHardware: true,
  volumesAreSized: true,
  cpuKindsObservable: true,
  sizeAppliesAt: 'stop',
  resizeNeedsStop: true,
  hasRegions: true,
};

export const PROVIDERS: ProvidersView = {
  providers: [
    {
      id: 'fly',
      sandbox: true,
      capabilities: CAPABILITIES,
    },
  ],
  default: 'fly',
};

export function apiError(code: string, message: string, details?: Record<string, unknown>) {
  return { error: { code, message, details, requestId: 'r-1' } };
}

export function plan(more: Partial<Plan> = {}): Plan {
  return {
    allowed: true,
    refusal: null,
    before: { instanceType: 'perf-1-3', machineSize: SIZE, volumeSizeGb: 10 },
    after: {
      instanceType: 'perf-4-8',
      machineSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
      volumeSizeGb: 20,
    },
    effectiveSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
    givenSize: null,
    irreversible: ['volume_growth'],
    requires: ['start'],
    clears: { sizeOverride: null },
    downtime: 'restart',
    hash: 'hash-of-the-plan',
    ...more,
  };
}

export function debugView(more: Partial<DebugView> = {}): DebugView {
  const allowed = { allowed: true, reason: null, message: null };
  return {
    ...statusView(),
    sizeOverride: null,
    effectiveSize: SIZE,
    applied: null,
    pendingRestart: false,
    whyThisSize: {
      sentence: 'The tier decides.',
      billed: { instanceType: 'perf-1-3', machineSize: SIZE },
      override: null,
      overridePhase: 'none',
      applied: null,
      observed: null,
      decides: 'tier',
      outOfMemoryAt: null,
      nextRestart: { machineSize: SIZE, changes: false },
    },
    actions: Object.fromEntries(GATED_ACTIONS.map((action) => [action, allowed])) as DebugView['actions'],
    capabilities: CAPABILITIES,
    providerState: {},
    lastObservation: null,
    lastOutOfMemoryAt: null,
    drift: [],
    registry: {
      version: 1,
      syncedVersion: 1,
      auditRowsWaiting: 0,
      trackedImageTag: null,
      updatedAt: AT,
      destroyedAt: null,
    },
    generation: 1,
    nextAlarmAt: null,
    stateError: null,
    ...more,
  };
}

export function scrubAnswer(more: Partial<ScrubPersonAnswer> = {}): ScrubPersonAnswer {
  return {
    userId: 'alice',
    sessionsEnded: 0,
    instancesDestroyed: 1,
    overridesCleared: 0,
    overridesAnonymised: 0,
    operationsScrubbed: 0,
    auditRowsScrubbed: 0,
    pending: [],
    pendingCount: 0,
    isFinished: true,
    ...more,
  };
}

export const ORPHANS: OrphansView = {
  provider: 'fly',
  lookedAt: AT,
  resourcesCount: 3,
  orphans: [
    { kind: 'volume', id: 'vol_1', instanceId: OTHER_INSTANCE_ID, reason: 'no_instance', createdAt: AT },
    {
      kind: 'machine',
      id: 'm_1',
      instanceId: OTHER_INSTANCE_ID,
      reason: 'destroyed_instance',
      createdAt: null,
    },
    { kind: 'volume', id: 'vol_2', instanceId: null, reason: 'unattributed', createdAt: null },
  ],
  instances: [],
  unregistered: [],
  crowded: [],
  unverifiedCount: 0,
  isCutOff: false,
};

export const TIERS: TiersView = {
  tiers: [{ key: 'perf-1-3', offered: true, machineSize: SIZE, volumeSizeGb: 10 }],
  presets: [],
  default: 'perf-1-3',
};
