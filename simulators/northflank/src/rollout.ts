import {
  addContainers,
  endContainers,
  failContainers,
  lastEndMs,
  moveContainers,
  startedContainers,
} from './containers.ts';
import type { ServiceRecord, VolumeRecord } from './documents.ts';
import type { Settings } from './settings.ts';

// A lingering phase comes first, in which the status of before is still shown; then PENDING, IN_PROGRESS with
// containers that stage and start, and COMPLETED or FAILED.

type Rollout = NonNullable<ServiceRecord['rollout']>;

/** What a rollout meets on its way. */
export interface RolloutContext {
  nowMs: number;
  settings: Settings;
  volumes: readonly VolumeRecord[];
  /** Whether so many more containers of a plan fit into the region. */
  hasRoom(plan: string, containers: number): boolean;
}

/** The number of instances that the service is configured for. */
export function instancesOf(service: Readonly<ServiceRecord>): number {
  return typeof service.deployment.instances === 'number' ? service.deployment.instances : 0;
}

/** The number of containers that are to run: none of a paused service. */
export function wantedContainers(service: Readonly<ServiceRecord>): number {
  return service.paused || service.goneAtMs !== null ? 0 : instancesOf(service);
}

/**
 * Whether the old containers end before new ones start: with a ReadWriteOnce volume, which one pod alone may hold,
 * whatever else is configured.
 */
export function isRecreated(service: Readonly<ServiceRecord>, volumes: readonly VolumeRecord[]): boolean {
  const { strategy, type } = service.deployment;
  const strategyType =
    typeof strategy === 'object' && strategy !== null && 'type' in strategy ? strategy.type : undefined;
  return (
    strategyType === 'recreate' ||
    type === 'statefulSet' ||
    volumes.some(
      ({ accessMode, attachedServiceIds }) =>
        accessMode === 'ReadWriteOnce' && attachedServiceIds.includes(service.id),
    )
  );
}

/** Shows another status. Its time is always later than the one before, also where the clock stands still. */
export function showStatus(service: ServiceRecord, status: string, reason: string, atMs: number): void {
  service.status = status;
  service.statusReason = reason;
  service.statusSinceMs = Math.max(atMs, service.statusSinceMs + 1);
}

/** Starts a rollout; one that runs is superseded, and what it was to replace is still replaced. */
export function beginRollout(
  service: ServiceRecord,
  nowMs: number,
  settings: Settings,
  change: Pick<Rollout, 'reason' | 'replaces'>,
): void {
  service.rollout = {
    phase: 'lingering',
    reason: change.reason,
    replaces: change.replaces || (service.rollout?.replaces ?? false),
    dueAtMs: nowMs + settings.statusLingerMs,
  };
}

/** Replaces the containers of a service, if it is to run any or has any left. */
export function beginRedeploy(service: ServiceRecord, nowMs: number, settings: Settings): void {
  if (wantedContainers(service) === 0 && startedContainers(service).length === 0) return;
  beginRollout(service, nowMs, settings, { reason: 'DEPLOYING', replaces: true });
}

function becomePending(
  service: ServiceRecord,
  rollout: Rollout,
  atMs: number,
  context: RolloutContext,
): void {
  const { settings, volumes } = context;
  const wanted = wantedContainers(service);
  const started = startedContainers(service);
  const endsFirst = wanted === 0 || isRecreated(service, volumes);
  const running = started.filter(({ status }) => status === 'TASK_RUNNING');
  // Those that a superseded rollout was starting are nobody's any more.
  const unready = started.filter((container) => !running.includes(container));
  const replaced = endsFirst ? running : [];
  const unwanted = rollout.replaces ? replaced : running.slice(wanted);
  endContainers([...unready, ...unwanted], atMs, settings);
  showStatus(service, 'PENDING', rollout.reason, atMs);
  rollout.phase = 'pending';
  const pendingUntilMs = atMs + settings.pendingMs;
  rollout.dueAtMs = endsFirst ? lastEndMs(service, pendingUntilMs) : pendingUntilMs;
}

function end(service: ServiceRecord, status: 'COMPLETED' | 'FAILED', reason: string, atMs: number): void {
  showStatus(service, status, reason, atMs);
  service.rollout = null;
}

// Answers false where it has to wait, and was waiting already.
function leavePending(
  service: ServiceRecord,
  rollout: Rollout,
  atMs: number,
  context: RolloutContext,
): boolean {
  const { settings } = context;
  const wanted = wantedContainers(service);
  const missing = rollout.replaces ? wanted : Math.max(0, wanted - startedContainers(service).length);
  if (missing === 0) {
    end(service, 'COMPLETED', rollout.reason, atMs);
    return true;
  }
  const fits = context.hasRoom(service.plan, missing);
  if (!fits && settings.withoutRoom === 'fail') {
    end(service, 'FAILED', rollout.reason, atMs);
    return true;
  }
  if (!fits || settings.rollouts === 'stuck') {
    const isNews = rollout.dueAtMs !== null;
    rollout.dueAtMs = null;
    return isNews;
  }
  addContainers(service, missing, atMs);
  showStatus(service, 'IN_PROGRESS', rollout.reason, atMs);
  rollout.phase = 'staging';
  rollout.dueAtMs = atMs + settings.stagingMs;
  return true;
}

function finish(service: ServiceRecord, rollout: Rollout, atMs: number, settings: Settings): void {
  if (settings.rollouts === 'fail') {
    const starting = service.containers.filter(({ status }) => status === 'TASK_STARTING');
    failContainers(starting, atMs, settings);
    end(service, 'FAILED', rollout.reason, atMs);
    return;
  }
  const before = service.containers.filter(({ status }) => status === 'TASK_RUNNING');
  moveContainers(service, 'TASK_STARTING', 'TASK_RUNNING', atMs);
  if (rollout.replaces) endContainers(before, atMs, settings);
  end(service, 'COMPLETED', rollout.reason, atMs);
}

/** Takes the rollout one phase further if it is due; answers whether anything changed. */
export function advanceRollout(service: ServiceRecord, context: RolloutContext): boolean {
  const { rollout } = service;
  if (rollout === null) return false;
  const atMs = rollout.dueAtMs ?? context.nowMs;
  if (atMs > context.nowMs) return false;
  switch (rollout.phase) {
    case 'lingering':
      becomePending(service, rollout, atMs, context);
      return true;
    case 'pending':
      return leavePending(service, rollout, atMs, context);
    case 'staging':
      moveContainers(service, 'TASK_STAGING', 'TASK_STARTING', atMs);
      rollout.phase = 'starting';
      rollout.dueAtMs = atMs + context.settings.startingMs;
      return true;
    case 'starting':
      finish(service, rollout, atMs, context.settings);
      return true;
  }
}
