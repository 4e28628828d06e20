import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import { startedContainers } from './containers.ts';
import type { ProjectDocument, ServiceRecord } from './documents.ts';
import { beginRedeploy, beginRollout, wantedContainers } from './rollout.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';

const START_MS = 1_000_000;
const LONG_MS = 1_000_000;

type Step =
  | { kind: 'wait'; byMs: number }
  | { kind: 'plan'; plan: string }
  | { kind: 'instances'; instances: number }
  | { kind: 'pause' | 'resume' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), byMs: fc.integer({ min: 0, max: 1500 }) }),
  fc.record({
    kind: fc.constant('plan' as const),
    plan: fc.constantFrom('nf-compute-100-4', 'nf-compute-400', 'nf-compute-400-16'),
  }),
  fc.record({ kind: fc.constant('instances' as const), instances: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const) }),
);

function documentWith(accessMode: string): { document: ProjectDocument; service: ServiceRecord } {
  const times = { createdAtMs: START_MS, updatedAtMs: START_MS };
  const service: ServiceRecord = {
    id: 'app',
    name: 'app',
    description: null,
    tags: [],
    plan: 'nf-compute-100-4',
    paused: false,
    disabledCI: false,
    disabledCD: false,
    deployment: { instances: 1 },
    ports: [],
    runtimeEnvironment: {},
    extras: {},
    status: 'PENDING',
    statusReason: 'DEPLOYING',
    statusSinceMs: START_MS,
    rollout: null,
    containers: [],
    goneAtMs: null,
    takesVolumes: false,
    ...times,
  };
  const volume: ProjectDocument['volumes'][number] = {
    id: 'data',
    name: 'data',
    tags: [],
    accessMode,
    storageClass: 'any',
    sizeMb: 10_240,
    shownSizeMb: 10_240,
    grownAtMs: null,
    mounts: [],
    attachedServiceIds: ['app'],
    status: 'BOUND',
    boundAtMs: null,
    goneAtMs: null,
    ...times,
  };
  const project = { id: 'p', name: 'p', description: null, color: '', region: 'r', namespace: 'n', ...times };
  return { document: { project, services: [service], volumes: [volume], secrets: [] }, service };
}

function apply(
  service: ServiceRecord,
  change: Exclude<Step, { kind: 'wait' }>,
  nowMs: number,
  settings: Settings,
) {
  if (change.kind === 'plan') {
    service.plan = change.plan;
    beginRedeploy(service, nowMs, settings);
    return;
  }
  if (change.kind === 'instances') service.deployment.instances = change.instances;
  else service.paused = change.kind === 'pause';
  beginRollout(service, nowMs, settings, { reason: 'SCALING', replaces: false });
}

interface Look {
  status: string;
  sinceMs: number;
  started: number;
  ending: number;
}

function run(
  accessMode: string,
  steps: Step[],
  settings: Settings,
): { looks: Look[]; service: ServiceRecord } {
  const { document, service } = documentWith(accessMode);
  const looks: Look[] = [];
  let nowMs = START_MS;
  const look = (): void => {
    advance(document, { nowMs, settings, loadElsewhere: () => ({ vcpu: 0, ramMb: 0 }) });
    looks.push({
      status: service.status,
      sinceMs: service.statusSinceMs,
      started: startedContainers(service).length,
      ending: service.containers.filter(({ status }) => status === 'TASK_KILLING').length,
    });
  };
  beginRollout(service, nowMs, settings, { reason: 'DEPLOYING', replaces: true });
  for (const one of steps) {
    if (one.kind === 'wait') nowMs += one.byMs;
    else apply(service, one, nowMs, settings);
    look();
  }
  nowMs += LONG_MS;
  look();
  nowMs += LONG_MS;
  look();
  return { looks, service };
}

const steps = fc.array(step, { maxLength: 30 });
const delays = fc.record({
  statusLingerMs: fc.integer({ min: 0, max: 500 }),
  pendingMs: fc.integer({ min: 0, max: 500 }),
  stagingMs: fc.integer({ min: 0, max: 500 }),
  startingMs: fc.integer({ min: 0, max: 500 }),
  terminateMs: fc.integer({ min: 0, max: 1000 }),
});

describe('whatever changes come when', () => {
  it('one container at most holds a ReadWriteOnce volume', () => {
    fc.assert(
      fc.property(steps, delays, (taken, given) => {
        for (const { started, ending } of run('ReadWriteOnce', taken, { ...DEFAULT_SETTINGS, ...given })
          .looks) {
          expect(started + ending).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('it comes to rest, COMPLETED, with as many containers of the last plan as are wanted', () => {
    fc.assert(
      fc.property(steps, delays, fc.constantFrom('ReadWriteOnce', 'ReadWriteMany'), (taken, given, mode) => {
        const { service } = run(mode, taken, { ...DEFAULT_SETTINGS, ...given });
        expect([service.status, service.rollout]).toEqual(['COMPLETED', null]);
        expect(service.containers.map(({ plan, status }) => [plan, status])).toEqual(
          Array.from({ length: wantedContainers(service) }, () => [service.plan, 'TASK_RUNNING']),
        );
      }),
    );
  });

  it('another status always has a later time', () => {
    fc.assert(
      fc.property(steps, delays, (taken, given) => {
        const { looks } = run('ReadWriteMany', taken, { ...DEFAULT_SETTINGS, ...given });
        for (const [index, look] of looks.entries()) {
          const before = looks[index - 1];
          if (before && before.status !== look.status) expect(look.sinceMs).toBeGreaterThan(before.sinceMs);
        }
      }),
    );
  });
});
