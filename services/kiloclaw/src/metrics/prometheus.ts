/**
 * Facts as Prometheus metrics, in memory. On one box the Worker and all objects share one isolate, so that whichever
 * of them says a fact, `GET /metrics` has it. On Cloudflare they don't: there facts go to Analytics Engine.
 */
import { DRIFT_KINDS, type OperationKind, OperationKindSchema } from '@kiloclaw/platform-contract';
import { DebtBook } from './debt.ts';
import { DELIVERY_OUTCOMES, type Facts, RECONCILE_RESULTS } from './facts.ts';
import type { FleetFigures } from './fleet-figures.ts';
import { createInstruments, type Instruments } from './instruments.ts';

const SECOND_MS = 1_000;
const NO_ANSWER = 'none';

export interface PrometheusMetrics {
  readonly facts: Facts;
  readonly contentType: string;
  /** The exposition; `figures` are what was counted for it outside of this process's memory. */
  render(figures: FleetFigures, now: number): Promise<string>;
}

export function createPrometheusMetrics(): PrometheusMetrics {
  const instruments = createInstruments();
  const debt = new DebtBook();
  const running = new Map<string, OperationKind>();
  beginAtZero(instruments);
  return {
    facts: prometheusFacts(instruments, debt, running),
    contentType: instruments.registry.contentType,
    render: (figures, now) => {
      setOperations(instruments, running, figures);
      setRegistry(instruments, figures, now);
      const { instances, oldestAgeMs } = debt.read(now);
      instruments.debtInstances.set(instances);
      instruments.debtOldestAge.set(oldestAgeMs / SECOND_MS);
      return instruments.registry.metrics();
    },
  };
}

/** A counter that appears with its first event shows no increase for it: those of closed vocabularies are there before. */
function beginAtZero({ reconciled, deliveries, alarmLateness }: Instruments): void {
  for (const result of RECONCILE_RESULTS) reconciled.inc({ result }, 0);
  for (const outcome of DELIVERY_OUTCOMES) deliveries.inc({ outcome }, 0);
  alarmLateness.zero({});
}

function prometheusFacts(
  {
    operationDuration,
    reconciled,
    alarmLateness,
    providerCalls,
    providerCallDuration,
    deliveries,
  }: Instruments,
  debt: DebtBook,
  running: Map<string, OperationKind>,
): Facts {
  return {
    operationEnded: ({ kind, outcome, durationMs }) =>
      operationDuration.observe({ kind, outcome }, durationMs / SECOND_MS),
    operationRuns: (instanceId, kind) => {
      if (kind === null) running.delete(instanceId);
      else running.set(instanceId, kind);
    },
    // Counted at the scrape, from what the registry writers keep: a restart must not forget it.
    operationIsStuck: () => {},
    reconciled: (result) => reconciled.inc({ result }),
    alarmRan: ({ latenessMs, cadenceMs }) => alarmLateness.observe(latenessMs / cadenceMs),
    providerCalled: ({ provider, method, route, status, durationMs }) => {
      providerCalls.inc({ provider, method, route, status: status ?? NO_ANSWER });
      providerCallDuration.observe({ provider, method, route }, durationMs / SECOND_MS);
    },
    deliveryWaits: (delivery) => debt.owes(delivery),
    deliveryEnded: ({ instanceId }, outcome) => {
      deliveries.inc({ outcome });
      if (outcome !== 'unavailable') debt.paid(instanceId);
    },
  };
}

function setOperations(
  { operationsRunning, operationsStuck }: Instruments,
  running: ReadonlyMap<string, OperationKind>,
  { stuck }: FleetFigures,
): void {
  for (const kind of OperationKindSchema.options) {
    operationsRunning.set({ kind }, 0);
    operationsStuck.set({ kind }, stuck.filter((stuckKind) => stuckKind === kind).length);
  }
  for (const kind of running.values()) operationsRunning.inc({ kind });
}

function setRegistry(instruments: Instruments, { registry }: FleetFigures, now: number): void {
  const { registryUp, drift, overridesActive, overrideOldestAge } = instruments;
  registryUp.set(registry === null ? 0 : 1);
  if (registry === null) {
    // An old figure would look like a present one.
    drift.reset();
    overridesActive.remove();
    overrideOldestAge.remove();
    return;
  }
  for (const kind of DRIFT_KINDS) drift.set({ kind }, registry.drift[kind] ?? 0);
  const { active, oldestSetAt } = registry.overrides;
  overridesActive.set(active);
  overrideOldestAge.set(oldestSetAt === null ? 0 : Math.max(0, now - oldestSetAt) / SECOND_MS);
}
