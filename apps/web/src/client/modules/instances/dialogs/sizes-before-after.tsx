import type { DebugView, HardwareView, Plan } from '@kiloclaw/platform-contract';
import { formatMachineSize } from '../../../lib/format.ts';
import { BeforeAfter } from '../before-after.tsx';
import { tierText } from '../hardware-changes.ts';

/** The sizes that machines are started with, before and after a loan begins or ends; and the billed one, which stays. */
export function SizesBeforeAfter({ plan, instance }: { plan: Plan; instance: DebugView }) {
  const { instanceType, machineSize } = instance;
  return (
    <>
      <BeforeAfter
        before={sizeAlone(instance.effectiveSize)}
        after={sizeAlone(plan.effectiveSize)}
        volumesAreSized={false}
        withTier={false}
      />
      <p className="text-muted text-sm">
        Billed as before: {tierText(instanceType)}
        {machineSize === null ? '' : `, ${formatMachineSize(machineSize)}`}. The disk stays as it is.
      </p>
    </>
  );
}

function sizeAlone(machineSize: HardwareView['machineSize']): HardwareView {
  return { instanceType: null, machineSize, volumeSizeGb: null };
}
