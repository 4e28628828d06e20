const SECOND_MS = 1_000;

/** From the largest; a month and a year are the mean ones, near enough for "2 months ago". */
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.25 * 24 * 3_600 * SECOND_MS],
  ['month', 30.44 * 24 * 3_600 * SECOND_MS],
  ['day', 24 * 3_600 * SECOND_MS],
  ['hour', 3_600 * SECOND_MS],
  ['minute', 60 * SECOND_MS],
];

const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });

/** What has just happened may seem to lie ahead: the reader's clock can be behind the server's. */
const CLOCK_SKEW_MS = 30 * SECOND_MS;

/**
 * "3 minutes ago", "in 2 days", "just now". What is past is rounded down; what lies ahead to the nearest, so that what
 * was just set to end in 7 days does not read as 6.
 */
export function formatRelativeTime(instant: string, nowMs: number): string {
  const differenceMs = new Date(instant).getTime() - nowMs;
  const unit = UNITS.find(([, unitMs]) => Math.abs(differenceMs) >= unitMs);
  if (unit === undefined) return differenceMs > CLOCK_SKEW_MS ? 'in less than a minute' : 'just now';
  const [name, unitMs] = unit;
  const round = differenceMs > 0 ? Math.round : Math.trunc;
  return relative.format(round(differenceMs / unitMs), name);
}
