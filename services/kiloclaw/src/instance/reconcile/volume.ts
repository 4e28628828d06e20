/** The volume as it is: there or gone, and how large. A label is never touched: what grew is a finding beside it. */
import { findingOf, withFinding } from '../findings.ts';
import { volumeFindings } from '../hardware/record.ts';
import { isRetired, retiredVolumeIds, withRetiredOnly } from '../retired-volumes.ts';
import { volumeIdOf } from '../state.ts';
import { isConfirmed, isNews } from './memory.ts';
import { adopt, type Phase, type ReconcileScope, type Verdict, withState } from './scope.ts';

export const reconcileVolume: Phase = (scope, verdict) => {
  const { sight, memory, now } = scope;
  const { state } = verdict;
  if (sight.volume === undefined) return verdict;
  if (sight.volume === null) return missing(scope, verdict);
  memory.doubts.delete('volume_gone');
  const { volumeId, sizeGb } = sight.volume;
  const found = { ...state, drift: withFinding(state.drift, 'volume_missing', null, now) };
  if (sight.recoveredVolume === null) return sized(scope, withState(verdict, found), sizeGb);
  const there = { ...found, resources: { ...state.resources, ...sight.recoveredVolume } };
  return sized(scope, adopt(verdict, there, { what: 'volume_recovered', from: null, to: volumeId }), sizeGb);
};

/** Loud, and nothing else: a new volume would be an empty one, and that is an admin's to ask for. */
function missing({ memory, log, now }: ReconcileScope, verdict: Verdict): Verdict {
  const { state } = verdict;
  const isKnown = findingOf(state.drift, 'volume_missing') !== null;
  if (isKnown || !isConfirmed(memory, 'volume_gone')) return verdict;
  const volumeId = state.resources.volumeId ?? state.resources.volumeName ?? null;
  log.error('the volume is gone at the provider', { instanceId: state.instanceId, volumeId });
  return withState(verdict, {
    ...state,
    drift: withFinding(state.drift, 'volume_missing', { volumeId }, now),
  });
}

function sized(
  { capabilities, memory, log, now }: ReconcileScope,
  verdict: Verdict,
  sizeGb: number | null,
): Verdict {
  const { state } = verdict;
  if (!capabilities.volumesAreSized) return verdict;
  if (isNews(memory, 'volume size', sizeGb === null ? 'untold' : null))
    log.warn('volume size not told as whole GB: it is ignored', { instanceId: state.instanceId });
  if (sizeGb === null) return verdict;
  const recorded = state.volumeSizeGb;
  const grown = recorded === null || sizeGb > recorded ? { ...state, volumeSizeGb: sizeGb } : state;
  const next = { ...grown, drift: volumeFindings(grown, sizeGb, now) };
  if (grown === state) return withState(verdict, next);
  const what = recorded === null ? 'volume_learned' : 'volume_grown';
  return adopt(verdict, next, { what, from: recorded, to: sizeGb });
}

/**
 * Volumes of the instance beside its own: what it has left, what a lost answer has left behind, what a restored record
 * knows nothing of. A list without the instance's own volume proves nothing.
 */
export const reconcileRetired: Phase = ({ sight, now }, verdict) => {
  const { state } = verdict;
  const own = volumeIdOf(state);
  if (own === null || sight.volumeIds?.includes(own) !== true) return verdict;
  // What the machine is on is in use: another finding tells of that.
  const mounted = sight.machine?.mountedVolumeId;
  const others = sight.volumeIds.filter((id) => id !== own && (id !== mounted || isRetired(state, id)));
  if (others.length === 0 && retiredVolumeIds(state).length === 0) return verdict;
  return withState(verdict, withRetiredOnly(state, others, now));
};
