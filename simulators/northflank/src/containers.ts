import type { ContainerRecord, ServiceRecord } from './documents.ts';
import { newContainerName } from './ids.ts';
import type { Settings } from './settings.ts';

const STARTED_STATUSES = ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING'];

/** Containers that run or are to run: not those that end or have ended. */
export function startedContainers(service: Readonly<ServiceRecord>): ContainerRecord[] {
  return service.containers.filter(({ status }) => STARTED_STATUSES.includes(status));
}

/** Containers that take up room now: ending ones still do. */
export function occupyingContainers(service: Readonly<ServiceRecord>, nowMs: number): ContainerRecord[] {
  if (service.goneAtMs !== null && service.goneAtMs <= nowMs) return [];
  const isEnding = ({ status, killedAtMs }: ContainerRecord) =>
    status === 'TASK_KILLING' && killedAtMs !== null && killedAtMs > nowMs;
  return service.containers.filter(
    (container) => STARTED_STATUSES.includes(container.status) || isEnding(container),
  );
}

/** Adds containers of the service's present plan, staging. */
export function addContainers(service: ServiceRecord, count: number, atMs: number): void {
  for (let added = 0; added < count; added += 1) {
    service.containers.push({
      name: newContainerName(service.id),
      plan: service.plan,
      status: 'TASK_STAGING',
      createdAtMs: atMs,
      updatedAtMs: atMs,
      killedAtMs: null,
      goneAtMs: null,
    });
  }
}

/** Moves every container of one status on to another. */
export function moveContainers(service: ServiceRecord, from: string, to: string, atMs: number): void {
  for (const container of service.containers.filter(({ status }) => status === from)) {
    container.status = to;
    container.updatedAtMs = atMs;
  }
}

/** Tells containers to end; they take `terminateMs` for it. */
export function endContainers(containers: ContainerRecord[], atMs: number, settings: Settings): void {
  for (const container of containers) {
    container.status = 'TASK_KILLING';
    container.updatedAtMs = atMs;
    container.killedAtMs = atMs + settings.terminateMs;
  }
}

/** Ends containers that failed of themselves. */
export function failContainers(containers: ContainerRecord[], atMs: number, settings: Settings): void {
  for (const container of containers) {
    container.status = 'TASK_FAILED';
    container.updatedAtMs = atMs;
    container.goneAtMs = atMs + settings.endedContainerMs;
  }
}

/** When the last container that was told to end will have; `fallbackMs` where none was. */
export function lastEndMs(service: ServiceRecord, fallbackMs: number): number {
  return Math.max(
    fallbackMs,
    ...service.containers
      .filter(({ status }) => status === 'TASK_KILLING')
      .map(({ killedAtMs }) => killedAtMs ?? fallbackMs),
  );
}

/** Ends what was killed, and drops what ended long enough ago; answers whether anything changed. */
export function advanceContainers(service: ServiceRecord, nowMs: number, settings: Settings): boolean {
  let changed = false;
  for (const container of service.containers) {
    const { killedAtMs } = container;
    if (container.status !== 'TASK_KILLING' || killedAtMs === null || killedAtMs > nowMs) continue;
    container.status = 'TASK_KILLED';
    container.updatedAtMs = killedAtMs;
    container.goneAtMs = killedAtMs + settings.endedContainerMs;
    changed = true;
  }
  const kept = service.containers.filter(({ goneAtMs }) => goneAtMs === null || goneAtMs > nowMs);
  changed ||= kept.length < service.containers.length;
  service.containers = kept;
  return changed;
}
