/** One look at the machine, in the contract's words; or several, until it has come to where it is waited for. */
import { getLogger } from '@logtape/logtape';
import type { InstanceTags, MachineObservation, MachineWait, ObservedMachineState } from '../provider.ts';
import { sizeSourceOf, TAG } from '../tags.ts';
import { orNull } from './errors.ts';
import { readMark, rolloutOf } from './mark.ts';
import type { NorthflankResources } from './names.ts';
import type { Northflank } from './northflank.ts';
import { sizeOf } from './plan-choice.ts';
import { findPlan, type Plan } from './plans.ts';
import { ROUTES } from './routes.ts';
import { ContainersSchema, type Service } from './schemas.ts';
import { getService, isAtRest, lastTransitionMs, requireOwn, toldStateOf } from './services.ts';

const log = getLogger(['kiloclaw', 'northflank']);

/** Pauses between the looks of one wait. Growing, since calls are counted by the hour. */
const LOOK_PAUSES_MS: readonly number[] = [1_000, 3_000, 6_000];

/** For as long an old status may stand for a change; beyond it a clock that stands still must not hide the machine for good. */
const ROLLOUT_MOST_MS = 15 * 60_000;

/** For as long a read may show the plan from before a change that was answered. */
const PLAN_SHOWS_MOST_MS = 60_000;

const UP = 'TASK_RUNNING';
/** On its way down, with files that may still be open. */
const ENDING = 'TASK_KILLING';

/**
 * Null: no machine is recorded, or Northflank says 404. Refuses (`invalid`) one that is not this instance's: an id is a
 * name here, and another hand may have given it away.
 */
export async function observeMachine(
  northflank: Northflank,
  tags: InstanceTags,
  own: NorthflankResources,
  wait?: MachineWait,
): Promise<MachineObservation | null> {
  if (own.machineId === null) return null;
  let leftMs = wait?.waitMs ?? 0;
  for (let look = 0; ; look += 1) {
    const service = await getService(northflank, own, own.machineId);
    if (service === null) return null;
    requireOwn(service, tags);
    if (wait === undefined) return observationOf(northflank, service, stateOf(service, northflank.now()));
    const pauseMs = Math.min(LOOK_PAUSES_MS[look] ?? 0, leftMs);
    const state = await settledState(northflank, own, service, { until: wait.until, isLast: pauseMs === 0 });
    if (pauseMs === 0 || !isOnItsWay(state, wait.until)) return observationOf(northflank, service, state);
    await northflank.sleep(pauseMs);
    leftMs -= pauseMs;
  }
}

function isOnItsWay(state: ObservedMachineState, until: MachineWait['until']): boolean {
  return state === 'transient' || (until === 'stopped' && state === 'running');
}

/** An old status is none of the rollout that was asked for since. */
function stateOf(service: Service, nowMs: number): ObservedMachineState {
  const state = toldStateOf(service);
  const rollout = rolloutOf(readMark(service.description));
  if ((state !== 'running' && state !== 'failed') || rollout === null) return state;
  const mayBeUnderWay = nowMs - rollout.askedAtMs < ROLLOUT_MOST_MS;
  const isOld = (lastTransitionMs(service) ?? 0) <= rollout.afterMs;
  return isOld && mayBeUnderWay ? 'transient' : state;
}

interface Asked {
  readonly until: MachineWait['until'];
  readonly isLast: boolean;
}

/**
 * The state, for whoever acts on it next: a status can linger after a start or stop, which leave no mark, so that what the
 * containers do is asked too, once, when the service says that it is there.
 */
async function settledState(
  northflank: Northflank,
  own: NorthflankResources,
  service: Service,
  { until, isLast }: Asked,
): Promise<ObservedMachineState> {
  const state = stateOf(service, northflank.now());
  // A failure from before the start lingers as well: only one that stays counts.
  if (state === 'failed') return until === 'stopped' || isLast ? state : 'transient';
  if (isOnItsWay(state, until) || state === 'unknown') return state;
  if (state === 'running' && !isOnPlanAsked(service, own, northflank.now())) return 'transient';
  const containers = await containerStates(northflank, own, service.id);
  const isThere = state === 'running' ? containers.has(UP) : !containers.has(UP) && !containers.has(ENDING);
  return isThere ? state : 'transient';
}

/** Whether the service shows the plan that was asked for last; after a while, somebody else may have changed it. */
function isOnPlanAsked({ billing }: Service, { planId, planAskedAtMs }: NorthflankResources, nowMs: number) {
  if (planId === null || planAskedAtMs === null || nowMs - planAskedAtMs >= PLAN_SHOWS_MOST_MS) return true;
  return billing?.deploymentPlan === planId;
}

async function containerStates(
  { client }: Northflank,
  { projectId }: NorthflankResources,
  serviceId: string,
): Promise<ReadonlySet<string | null>> {
  const params = { project: projectId, service: serviceId };
  const found = await orNull(client.call(ROUTES.listContainers, { params, schema: ContainersSchema }));
  return new Set(found?.containers.map(({ status }) => status));
}

function observationOf(
  { plans }: Northflank,
  service: Service,
  state: ObservedMachineState,
): MachineObservation {
  const mark = readMark(service.description);
  const plan = planOf(service);
  return {
    machineId: service.id,
    state,
    size: plan === null ? null : sizeOf(plan),
    nominalSize: plan === null ? null : plans.nominalSizeOf(plan),
    sizeSource: sizeSourceOf(mark),
    configurationFingerprint: mark[TAG.configuration] ?? null,
    endpoint: isAtRest(service) ? null : endpointOf(service),
    // A volume tells what it is attached to; a service does not tell its volumes.
    mountedVolumeId: null,
    outOfMemoryAtMs: null,
  };
}

function planOf({ billing }: Service): Plan | null {
  const planId = billing?.deploymentPlan ?? null;
  const plan = planId === null ? null : findPlan(planId);
  if (plan === null) {
    log.warn('Northflank told a deployment plan whose size is not known; it is ignored', {
      event: 'northflank_plan_ignored',
    });
  }
  return plan;
}

/** The public address of the port, where somebody has opened it; null for as long as nobody has. */
function endpointOf({ ports }: Service): string | null {
  const dns = ports?.find((port) => port.public === true && port.dns !== null)?.dns;
  return dns ? `https://${dns}` : null;
}
