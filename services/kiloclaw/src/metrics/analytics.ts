/**
 * Facts as data points of Analytics Engine, where isolates are many and none has them all. One schema: the index and
 * the first blob are the fact's name, the others as they stand here; blobs are never ids, addresses or free text.
 */
import type { Facts } from './facts.ts';
import type { FleetFigures } from './fleet-figures.ts';

/** Where each fact keeps what, behind its name in `blob1`. The queries of docs/observability.md go by this. */
export const ANALYTICS_SCHEMA = {
  operation_ended: { blobs: ['kind', 'outcome'], doubles: ['durationMs'] },
  operation_stuck: { blobs: ['kind'], doubles: [] },
  reconciled: { blobs: ['result'], doubles: [] },
  alarm_ran: { blobs: [], doubles: ['latenessMs', 'cadenceMs'] },
  provider_called: { blobs: ['provider', 'method', 'route', 'status'], doubles: ['durationMs'] },
  delivery_ended: { blobs: ['outcome'], doubles: ['ageMs'] },
  drift: { blobs: ['kind'], doubles: ['instances'] },
  overrides: { blobs: [], doubles: ['active', 'oldestAgeMs'] },
  stuck: { blobs: [], doubles: ['operations'] },
} as const satisfies Record<
  string,
  { readonly blobs: readonly string[]; readonly doubles: readonly string[] }
>;

type FactName = keyof typeof ANALYTICS_SCHEMA;
type Blobs<Name extends FactName> = Record<(typeof ANALYTICS_SCHEMA)[Name]['blobs'][number], string>;
type Doubles<Name extends FactName> = Record<(typeof ANALYTICS_SCHEMA)[Name]['doubles'][number], number>;

/** The one method of the binding that is used. */
export type AnalyticsDataset = Pick<AnalyticsEngineDataset, 'writeDataPoint'>;

function write<Name extends FactName>(
  dataset: AnalyticsDataset,
  name: Name,
  blobs: Blobs<Name>,
  doubles: Doubles<Name>,
): void {
  const schema: { readonly blobs: readonly string[]; readonly doubles: readonly string[] } =
    ANALYTICS_SCHEMA[name];
  const blobOf: Record<string, string> = blobs;
  const doubleOf: Record<string, number> = doubles;
  dataset.writeDataPoint({
    indexes: [name],
    blobs: [name, ...schema.blobs.map((field) => blobOf[field] ?? '')],
    doubles: schema.doubles.map((field) => doubleOf[field] ?? 0),
  });
}

export function analyticsFacts(dataset: AnalyticsDataset): Facts {
  return {
    operationEnded: ({ kind, outcome, durationMs }) =>
      write(dataset, 'operation_ended', { kind, outcome }, { durationMs }),
    // A gauge of what stands now can't be told by data points; `operation_ended` has all of them.
    operationRuns: () => {},
    operationIsStuck: (kind) => write(dataset, 'operation_stuck', { kind }, {}),
    reconciled: (result) => write(dataset, 'reconciled', { result }, {}),
    alarmRan: (alarm) => write(dataset, 'alarm_ran', {}, alarm),
    providerCalled: ({ provider, method, route, status, durationMs }) =>
      write(
        dataset,
        'provider_called',
        { provider, method, route, status: String(status ?? 'none') },
        { durationMs },
      ),
    // What waits is told when its try has ended: within a minute, for as long as it is owed.
    deliveryWaits: () => {},
    deliveryEnded: ({ owedSince }, outcome, now) =>
      write(dataset, 'delivery_ended', { outcome }, { ageMs: Math.max(0, now - owedSince) }),
  };
}

/** What stands in the registry and with its writers, as the cron tells it. */
export function writeFigures(
  dataset: AnalyticsDataset,
  { stuck, registry }: FleetFigures,
  now: number,
): void {
  write(dataset, 'stuck', {}, { operations: stuck.length });
  if (registry === null) return;
  for (const [kind, instances] of Object.entries(registry.drift))
    write(dataset, 'drift', { kind }, { instances });
  const { active, oldestSetAt } = registry.overrides;
  write(dataset, 'overrides', {}, { active, oldestAgeMs: oldestSetAt === null ? 0 : now - oldestSetAt });
}
