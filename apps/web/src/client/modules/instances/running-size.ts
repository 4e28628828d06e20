/** What the machine runs on, and whether the last observation still tells of it. Pure. */
import type { DebugView } from '@kiloclaw/platform-contract';

type MachineSize = DebugView['machineSize'];
type Seen = Pick<DebugView, 'status' | 'applied' | 'lastObservation' | 'drift' | 'volumeSizeGb'>;

/**
 * What a running machine runs on; null where nobody knows. What it was last started with, unless a look has found that
 * somebody has given it another size at the provider.
 */
export function runningSize({ applied, lastObservation, drift }: Seen): MachineSize {
  const isSeenOtherwise = drift.some(
    ({ kind, details }) => kind === 'size_differs' && 'observedSize' in details,
  );
  const seen = lastObservation?.machineSize ?? null;
  return isSeenOtherwise && seen !== null ? seen : (applied?.given ?? seen);
}

/** Whether a change has come after the last observation: it tells of another state or size, and nothing was found to differ. */
export function isBeforeLastChange(view: Seen): boolean {
  const { status, lastObservation, drift, volumeSizeGb } = view;
  if (lastObservation === null) return false;
  const hasFinding = (about: string) => drift.some(({ kind }) => kind.startsWith(about));
  const ofMachine = status === 'running' && differ(lastObservation.machineSize, runningSize(view));
  const ofVolume =
    lastObservation.volumeSizeGb !== null &&
    volumeSizeGb !== null &&
    lastObservation.volumeSizeGb !== volumeSizeGb;
  const ofPower =
    (status === 'stopped' && lastObservation.machineState === 'running') ||
    (status === 'running' && lastObservation.machineState === 'stopped');
  return ofPower || (ofMachine && !hasFinding('size_')) || (ofVolume && !hasFinding('volume_'));
}

/** The kind of CPUs is not everywhere to be seen. */
function differ(one: MachineSize, other: MachineSize): boolean {
  if (one === null || other === null) return false;
  return one.cpus !== other.cpus || one.memory_mb !== other.memory_mb;
}
