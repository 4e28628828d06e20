/** The metrics of one process: their names, labels and buckets. No label holds an id, an address or free text. */
import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';
import packageJson from '../../package.json' with { type: 'json' };

const OPERATION_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600];
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const CADENCES = [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 100];

export type Instruments = ReturnType<typeof createInstruments>;

export function createInstruments() {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  new Gauge({
    name: 'kiloclaw_build_info',
    help: 'The version that runs; always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version: packageJson.version }, 1);
  return { registry, ...operations(registers), ...providers(registers), ...fleet(registers) };
}

function operations(registers: Registry[]) {
  return {
    operationDuration: new Histogram({
      name: 'kiloclaw_operation_duration_seconds',
      help: 'Operations that ended, by how long they took from their acceptance on.',
      labelNames: ['kind', 'outcome'] as const,
      buckets: OPERATION_SECONDS,
      registers,
    }),
    operationsRunning: new Gauge({
      name: 'kiloclaw_operations_running',
      help: 'Operations at work, without those that are stuck.',
      labelNames: ['kind'] as const,
      registers,
    }),
    operationsStuck: new Gauge({
      name: 'kiloclaw_operations_stuck',
      help: 'Operations that can not go on and are tried ever more slowly.',
      labelNames: ['kind'] as const,
      registers,
    }),
    alarmLateness: new Histogram({
      name: 'kiloclaw_alarm_lateness_cadences',
      help: 'How late alarms of instances ran, in cadences of what they were set for.',
      buckets: CADENCES,
      registers,
    }),
    reconciled: new Counter({
      name: 'kiloclaw_reconcile_total',
      help: 'Looks at machines and volumes, by what they came to.',
      labelNames: ['result'] as const,
      registers,
    }),
  };
}

function providers(registers: Registry[]) {
  return {
    providerCalls: new Counter({
      name: 'kiloclaw_provider_calls_total',
      help: 'Calls to providers by the status of their answer; status "none" where no answer came.',
      labelNames: ['provider', 'method', 'route', 'status'] as const,
      registers,
    }),
    providerCallDuration: new Histogram({
      name: 'kiloclaw_provider_call_duration_seconds',
      help: 'How long calls to providers took, their turn not waited for.',
      labelNames: ['provider', 'method', 'route'] as const,
      buckets: CALL_SECONDS,
      registers,
    }),
  };
}

function fleet(registers: Registry[]) {
  return {
    registryUp: new Gauge({
      name: 'kiloclaw_registry_up',
      help: 'Whether Postgres answered when it was last asked for these metrics.',
      registers,
    }),
    debtInstances: new Gauge({
      name: 'kiloclaw_registry_debt_instances',
      help: 'Instances that owe the registry a row or audit rows.',
      registers,
    }),
    debtOldestAge: new Gauge({
      name: 'kiloclaw_registry_debt_oldest_age_seconds',
      help: 'Since when the oldest of these debts is owed; 0 without one.',
      registers,
    }),
    deliveries: new Counter({
      name: 'kiloclaw_registry_deliveries_total',
      help: 'Deliveries of instances to the registry, by what became of them.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    drift: new Gauge({
      name: 'kiloclaw_drift_instances',
      help: 'Instances with each kind of finding, as the registry has them; absent while Postgres is.',
      labelNames: ['kind'] as const,
      registers,
    }),
    overridesActive: new Gauge({
      name: 'kiloclaw_overrides_active',
      help: 'Size overrides in force, as the registry has them; absent while Postgres is.',
      registers,
    }),
    overrideOldestAge: new Gauge({
      name: 'kiloclaw_override_oldest_age_seconds',
      help: 'Since when the oldest size override is in force; 0 without one, absent while Postgres is.',
      registers,
    }),
  };
}
