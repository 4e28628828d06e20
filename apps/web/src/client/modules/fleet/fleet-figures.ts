/** The fleet's figures as its page draws them, and where the rows that each counts are listed. Pure. */
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import type { BarListItem } from '../../components/charts/bar-list.tsx';
import type { ChartPoint } from '../../components/charts/chart-data.ts';
import { paths } from '../../lib/path-builder.ts';
import { searchOfFilter } from '../audit/audit-view.ts';
import { actionLabel } from '../audit/audit-words.ts';
import {
  DRIFT_LABELS,
  PROVIDER_LABELS,
  STATUS_LABELS,
  TIER_LABELS,
  wordIn,
} from '../instances/list/filter-words.ts';
import { type InstanceFilter, searchOfView } from '../instances/list/instances-view.ts';
import { humanise } from '../instances/operation-labels.ts';

export type FleetFigures = inferRouterOutputs<AppRouter>['admin']['fleet']['overview'];
type Counted = FleetFigures['byStatus'][number];
type OperationsOfDay = FleetFigures['operations'][number];

/** As many as the server tells of. */
export const OPERATION_DAYS = 14;
const DAY_MS = 86_400_000;
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The list of instances with this filter alone. */
export function instancesHref(filter: InstanceFilter): string {
  return paths.adminInstances(searchOfView({ filter, sort: 'created_desc' }));
}

/** A word that this release doesn't know is shown as it is, and leads nowhere: the list can't be filtered by it. */
function itemsOf<Word extends string>(
  counts: readonly Counted[],
  labels: Readonly<Record<Word, string>>,
  filterOf: (word: Word) => InstanceFilter,
): BarListItem[] {
  return counts.map(({ key, count: value }) => {
    const word = wordIn(labels, key);
    return word === undefined
      ? { key, label: humanise(key), value }
      : { key, label: labels[word], value, href: instancesHref(filterOf(word)) };
  });
}

export const tierItems = ({ byInstanceType }: FleetFigures) =>
  itemsOf(byInstanceType, TIER_LABELS, (instanceType) => ({ instanceType }));
export const providerItems = ({ byProvider }: FleetFigures) =>
  itemsOf(byProvider, PROVIDER_LABELS, (provider) => ({ provider }));
export const statusItems = ({ byStatus }: FleetFigures) =>
  itemsOf(byStatus, STATUS_LABELS, (status) => ({ status }));
export const driftItems = ({ byDrift }: FleetFigures) =>
  itemsOf(byDrift, DRIFT_LABELS, (drift) => ({ drift }));

/** A point for each of the last days in UTC, today's last; days without an operation have none of any outcome. */
export function operationPoints({ operations, at }: Pick<FleetFigures, 'operations' | 'at'>): ChartPoint[] {
  const today = Math.floor(Date.parse(at) / DAY_MS);
  return Array.from({ length: OPERATION_DAYS }, (_, index) => {
    const date = new Date((today - OPERATION_DAYS + 1 + index) * DAY_MS);
    const ofDay = operations.filter(({ day }) => day === date.toISOString().slice(0, 10));
    return { label: dayOfYear.format(date), values: outcomesOf(ofDay) };
  });
}

/** Of all the days. */
export function outcomesOf(operations: readonly OperationsOfDay[]): { succeeded: number; failed: number } {
  return {
    succeeded: operations.reduce((sum, { succeeded }) => sum + succeeded, 0),
    failed: operations.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Failures by kind of operation, most first, with the rows of the audit log that tell of them. */
export function failureItems({ operations }: Pick<FleetFigures, 'operations'>): BarListItem[] {
  const sums = new Map<string, number>();
  for (const { action, failed } of operations) sums.set(action, (sums.get(action) ?? 0) + failed);
  return [...sums]
    .filter(([, failed]) => failed > 0)
    .sort(([one, most], [other, more]) => more - most || (one < other ? -1 : 1))
    .map(([action, value]) => ({
      key: action,
      label: actionLabel(action),
      value,
      href: paths.audit(searchOfFilter({ action, outcome: 'failed' })),
    }));
}
