/** What decides on a machine's size, in one sentence and one object. Pure. */
import {
  effectiveMachineSize,
  isSizeOverrideActive,
  type MachineSize,
  MachineSizeSchema,
  sameMachineSize,
} from '@kiloclaw/instance-tiers';
import type { OverridePhase, WhyThisSize } from '@kiloclaw/platform-contract';
import { rfc3339, rfc3339OrNull } from '../../time.ts';
import { findingOf } from '../findings.ts';
import type { InstanceState, Observation } from '../state.ts';

/** An override that ends within this time is shown as expiring. */
const EXPIRING_WITHIN_MS = 24 * 60 * 60_000;

/** Where a lent size is in its life: it has ended for good only when the machine was started on its own size again. */
export function overridePhaseOf(state: InstanceState, now: number): OverridePhase {
  const override = state.adminMachineSizeOverride;
  if (override !== null && isSizeOverrideActive(override, now)) {
    const endsAt =
      override.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(override.expiresAt);
    return endsAt - now <= EXPIRING_WITHIN_MS ? 'expiring' : 'active';
  }
  const effective = effectiveMachineSize({ ...state, now });
  const isLentStill = state.applied?.source === 'override';
  const differs =
    state.applied !== null && effective !== null && !sameMachineSize(state.applied.asked, effective);
  return isLentStill && (differs || effective === null) ? 'ended_awaiting_restart' : 'none';
}

/** Billed, lent, started with, observed, and what the next restart comes to. */
export function whyThisSize(
  state: InstanceState,
  billedType: WhyThisSize['billed']['instanceType'],
  observation: Observation | null,
  now: number,
): WhyThisSize {
  const overridePhase = overridePhaseOf(state, now);
  const isLent = overridePhase === 'active' || overridePhase === 'expiring';
  const effective = effectiveMachineSize({ ...state, now });
  const { applied } = state;
  const outOfMemoryAt = outOfMemoryOnThisSize(state, effective);
  const changes = applied !== null && effective !== null && !sameMachineSize(applied.asked, effective);
  return {
    sentence: [
      sentence(state, { isLent, effective, overridePhase, changes }),
      ...(outOfMemoryAt === null
        ? []
        : [`It ran out of memory at ${rfc3339(outOfMemoryAt)}: a bigger size helps.`]),
    ].join(' '),
    billed: { instanceType: billedType, machineSize: state.machineSize },
    override: state.adminMachineSizeOverride,
    overridePhase,
    applied: applied === null ? null : appliedView(applied),
    observed:
      observation === null ? null : { at: rfc3339(observation.at), machineSize: observation.machineSize },
    decides: isLent ? 'override' : effective === null ? 'unknown' : 'tier',
    outOfMemoryAt: rfc3339OrNull(outOfMemoryAt),
    nextRestart: { machineSize: effective, changes },
  };
}

/** Evidence against the size that the next start would give again; a larger one has answered it. */
function outOfMemoryOnThisSize(
  { lastOutOfMemory }: InstanceState,
  effective: MachineSize | null,
): number | null {
  if (lastOutOfMemory === null) return null;
  const { at, machineSize } = lastOutOfMemory;
  const isAnswered =
    machineSize !== null && effective !== null && effective.memory_mb > machineSize.memory_mb;
  return isAnswered ? null : at;
}

export function appliedView({ asked, given, source, shortfall }: NonNullable<InstanceState['applied']>) {
  return { asked, given, source, shortfall };
}

interface SizeFacts {
  readonly isLent: boolean;
  readonly effective: MachineSize | null;
  readonly overridePhase: OverridePhase;
  readonly changes: boolean;
}

function sentence(state: InstanceState, { isLent, effective, overridePhase, changes }: SizeFacts): string {
  const { applied, adminMachineSizeOverride: override, status } = state;
  if (effective === null)
    return 'Nobody has recorded the size of this machine, and the provider has not told it yet.';
  const decided = isLent
    ? `${sized(effective)} is lent by ${override?.actorId ?? 'an admin'}${until(override?.expiresAt)}, over the billed ${state.machineSize === null ? 'size, which is not known' : sized(state.machineSize)}`
    : `${sized(effective)} is the instance’s own size`;
  if (applied === null) return `${decided}; it counts from the next start.`;
  if (status !== 'running') return `${decided}; the machine is at rest, and its next start uses it.`;
  const seen = changedAtProvider(state);
  if (changes) {
    const ended = overridePhase === 'ended_awaiting_restart' ? 'the lent size has ended, but ' : '';
    return `${decided}; ${ended}the machine still runs on ${sized(seen ?? applied.given)}, and the next restart changes that.`;
  }
  if (seen !== null)
    return `${decided}, but the machine runs on ${sized(seen)}: somebody has changed it at the provider, and the next restart puts it back.`;
  if (applied.shortfall === null) {
    const { asked, given } = applied;
    if (sameMachineSize(asked, given)) return `${decided}, and the machine runs on it.`;
    return `${decided}, and the machine runs on ${sized(given)}: the provider gives that for it.`;
  }
  const because =
    applied.shortfall === 'clamped' ? 'the host has no more' : 'there was no room for it at its start';
  return `${decided}, but the machine runs on ${sized(applied.given)}: ${because}.`;
}

/** The size that a look has found the machine on, where that is another than it was started with; null else. */
function changedAtProvider({ drift }: InstanceState): MachineSize | null {
  const found = MachineSizeSchema.safeParse(findingOf(drift, 'size_differs')?.details.observedSize);
  return found.success ? found.data : null;
}

function sized({ cpus, memory_mb }: MachineSize): string {
  return `${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'} / ${memory_mb} MB`;
}

function until(expiresAt: string | undefined): string {
  return expiresAt === undefined ? '' : ` until ${expiresAt}`;
}
