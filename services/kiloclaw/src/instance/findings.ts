/** The instance's findings: what it was found to differ in from its record, each with the time since when. */
import type { DriftKind } from '@kiloclaw/platform-contract';
import type { Finding, InstanceState } from './state.ts';

type Details = Readonly<Record<string, unknown>>;

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

/** A start has shown what it was given, and made an end of what waited for it. */
export function findingsAtStart(state: InstanceState, now: number): Finding[] {
  const { applied } = state;
  const short = applied?.shortfall ?? null;
  const sizes = applied === null ? null : { asked: applied.asked, given: applied.given };
  const clamped = withFinding(state.drift, 'clamped', short === 'clamped' ? sizes : null, now);
  const differs = short === 'no_room' ? { ...sizes, because: 'no_room' } : null;
  const sized = withFinding(clamped, 'size_differs', differs, now);
  return withFinding(sized, 'volume_needs_restart', null, now);
}
