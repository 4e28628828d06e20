/** The instance's findings: what it was found to differ in from its record, each with the time since when. */
import { type DriftKind, type Failure, REPAIRS } from '@kiloclaw/platform-contract';
import type { Applied, Finding, InstanceState } from './state.ts';

type Details = Readonly<Record<string, unknown>>;

/** The finding of this kind, or null where there is none. */
export function findingOf(drift: readonly Finding[], kind: DriftKind): Finding | null {
  return drift.find((finding) => finding.kind === kind) ?? null;
}

/** With the finding as it is now, or without it where `details` is null. One that goes on keeps the time it began. */
export function withFinding(
  drift: readonly Finding[],
  kind: DriftKind,
  details: Details | null,
  now: number,
): Finding[] {
  const known = findingOf(drift, kind);
  const others = drift.filter((finding) => finding.kind !== kind);
  if (details === null) return others;
  if (known !== null && JSON.stringify(known.details) === JSON.stringify(details)) return [...drift];
  return [...others, { kind, since: known?.since ?? now, details: { ...details } }];
}

/** Setting, clearing and resizing decide over the override anew: one that could not be read is over. */
export function withoutUnreadableOverride(drift: readonly Finding[]): Finding[] {
  return drift.filter(({ kind }) => kind !== 'override_unreadable');
}

/** What the last start says of the size by itself: it had no room for the one that was asked for. */
export function sizeFinding({ asked, given, shortfall }: Applied): Details | null {
  return shortfall === 'no_room' ? { asked, given, because: 'no_room' } : null;
}

/** A start has shown what it was given, and made an end of what waited for it. */
export function findingsAtStart(state: InstanceState, now: number): Finding[] {
  const { applied } = state;
  const clamped = applied?.shortfall === 'clamped' ? { asked: applied.asked, given: applied.given } : null;
  const withClamped = withFinding(state.drift, 'clamped', clamped, now);
  const differs = applied === null ? null : sizeFinding(applied);
  const sized = withFinding(withClamped, 'size_differs', differs, now);
  return withFinding(sized, 'volume_needs_restart', null, now);
}

/** What a machine alone can be found to differ in goes with it. */
export function findingsWithoutMachine(drift: readonly Finding[], now: number): Finding[] {
  const kinds = ['size_differs', 'clamped', 'volume_needs_restart', 'volume_not_mounted'] as const;
  return kinds.reduce<Finding[]>((left, kind) => withFinding(left, kind, null, now), [...drift]);
}

/** Whether an admin can decide this kind of finding with `POST /repair`. */
export function isRepairable(kind: string): boolean {
  return Object.hasOwn(REPAIRS, kind);
}

/** The refusal to decide a finding that there is none of, or null. */
export function refusalWithout(drift: readonly Finding[], finding: DriftKind): Failure | null {
  if (findingOf(drift, finding) !== null) return null;
  return {
    code: 'invalid_request',
    message: `This instance has no finding ${finding}: there is nothing to repair. See the drift in debug-status.`,
    details: { path: 'finding', finding },
  };
}
