/** What of an instance's view must be the same whoever runs it, and however often it has been looked at since. */
import { isDeepStrictEqual } from 'node:util';

type View = Readonly<Record<string, unknown>>;

/** When it was looked at and what the registry has by now say nothing of the instance. */
const PASSING = new Set(['nextAlarmAt', 'lastObservation', 'registry', 'operation']);
/** The same, within what explains the size. */
const PASSING_WITHIN = new Set(['observed']);

function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !PASSING_WITHIN.has(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, steady(inner)]));
}

/** The names of the fields that `before` had and that are another in `after`; what is new in `after` is no difference. */
export function changedFields(before: View, after: View): string[] {
  return Object.keys(before).filter(
    (key) =>
      !PASSING.has(key) &&
      !isDeepStrictEqual(steady(before[key]), withKeysOf(before[key], steady(after[key]))),
  );
}

/** A later release may tell more of a thing: only what was told before is compared. */
function withKeysOf(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after))
    return after.map((value, index) => withKeysOf(before[index], value));
  if (!isRecord(before) || !isRecord(after)) return after;
  const entries = Object.entries(after).filter(([key]) => key in before);
  return Object.fromEntries(entries.map(([key, value]) => [key, withKeysOf(before[key], value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
