/** A control plane with one instance, which knows its owner as the real one does, and tells what it was asked. */
import {
  API_BASE,
  type DebugView,
  GATED_ACTIONS,
  type OperationAnswer,
  type Plan,
  ROUTES,
  type RouteName,
  type StatusView,
} from '@kiloclaw/platform-contract';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { z } from 'zod';

export interface PlatformCall {
  readonly route: RouteName;
  readonly userId: string | null;
  readonly instanceId: string | null;
  readonly actor: { readonly kind: string; readonly id: string } | null;
}

export interface FakeControlPlane {
  /** Since the last time that this was asked. */
  takeCalls(): PlatformCall[];
  readonly answer: (request: Request) => Promise<Response>;
}

interface Owned {
  readonly userId: string;
  readonly instanceId: string;
}

const AskedSchema = z.looseObject({
  userId: z.string().optional(),
  instanceId: z.string().optional(),
  actor: z.object({ kind: z.string(), id: z.string() }).optional(),
  dryRun: z.boolean().optional(),
});
type Asked = z.infer<typeof AskedSchema>;

const AT = '2026-01-02T03:04:05.000Z';
const MACHINE_SIZE = { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' } as const;
const HARDWARE = { instanceType: 'perf-1-3', machineSize: MACHINE_SIZE, volumeSizeGb: 10 } as const;

const OPERATION: OperationAnswer = {
  operation: {
    id: '5f5e1a52-0000-4000-8000-000000000001',
    kind: 'restart',
    status: 'running',
    steps: [],
    actor: { kind: 'system', id: 'control-plane' },
    startedAt: AT,
    endedAt: null,
    error: null,
  },
  result: null,
};
const ALL_ALLOWED = Object.fromEntries(
  GATED_ACTIONS.map((action) => [action, { allowed: true, reason: null, message: null }]),
) as DebugView['actions'];
const PLAN: Plan = {
  allowed: true,
  refusal: null,
  before: HARDWARE,
  after: HARDWARE,
  effectiveSize: MACHINE_SIZE,
  givenSize: null,
  irreversible: [],
  requires: [],
  clears: { sizeOverride: null },
  downtime: 'none',
  hash: 'a-plan',
};

export function fakeControlPlane(owned: Owned): FakeControlPlane {
  let calls: PlatformCall[] = [];
  return {
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    answer: async (request) => {
      const route = routeOf(request);
      const asked = AskedSchema.parse(request.method === 'POST' ? await request.json() : queryOf(request));
      const { userId = null, instanceId = null, actor = null } = asked;
      calls.push({ route, userId, instanceId, actor });
      const isTheirs = userId === owned.userId && instanceId === owned.instanceId;
      if (ROUTES[route].namesInstance && !isTheirs) return notFound();
      return Response.json(bodyOf(route, asked, owned));
    },
  };
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

function routeOf(request: Request): RouteName {
  const path = new URL(request.url).pathname.slice(API_BASE.length);
  const names = Object.keys(ROUTES) as RouteName[];
  const found = names.find((name) => {
    const route = ROUTES[name];
    const pattern = new RegExp(`^${route.path.replace(':id', '[^/]+')}$`);
    return route.method === request.method && pattern.test(path);
  });
  if (found === undefined) throw new Error(`There is no route ${request.method} ${path}.`);
  return found;
}

function notFound(): Response {
  const error = { code: 'instance_not_found', message: 'There is no such instance.', requestId: 'none' };
  return Response.json({ error }, { status: 404 });
}

function bodyOf(route: RouteName, { dryRun = false }: Asked, owned: Owned): unknown {
  switch (route) {
    case 'status':
    case 'provision':
      return statusOf(owned);
    case 'debugStatus':
      return debugOf(owned);
    case 'operations':
      return { items: [OPERATION], nextCursor: null };
    case 'instances':
      return { items: [], nextCursor: null, total: 0, totalIsCapped: false };
    case 'tiers':
      return { tiers: [], presets: [], default: 'perf-1-3' };
    case 'providers':
      return { providers: [], default: null };
    case 'scrubPerson':
      return scrubbed(owned.userId);
    default:
      return dryRun ? { plan: PLAN } : OPERATION;
  }
}

function statusOf(owned: Owned): StatusView {
  return {
    ...owned,
    ...HARDWARE,
    sandboxId: 'kc-fake',
    name: null,
    provider: 'fly',
    region: 'iad',
    status: 'running',
    endpoint: null,
    createdAt: AT,
    startedAt: AT,
    stoppedAt: null,
    operation: null,
  };
}

function debugOf(owned: Owned): DebugView {
  const { instanceType, machineSize } = HARDWARE;
  return {
    ...statusOf(owned),
    sizeOverride: null,
    effectiveSize: machineSize,
    applied: null,
    pendingRestart: false,
    whyThisSize: {
      sentence: 'It is the tier’s.',
      billed: { instanceType, machineSize },
      override: null,
      overridePhase: 'none',
      applied: null,
      observed: null,
      decides: 'tier',
      outOfMemoryAt: null,
      nextRestart: { machineSize, changes: false },
    },
    actions: ALL_ALLOWED,
    capabilities: A_CLOUD,
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
  };
}

function scrubbed(userId: string) {
  return {
    userId,
    sessionsEnded: 0,
    instancesDestroyed: 0,
    overridesCleared: 0,
    overridesAnonymised: 0,
    operationsScrubbed: 0,
    auditRowsScrubbed: 0,
    pending: [],
    pendingCount: 0,
    isFinished: true,
  };
}
