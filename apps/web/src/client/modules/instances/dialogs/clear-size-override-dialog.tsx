import type { DebugView, Plan } from '@kiloclaw/platform-contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ShieldOff } from 'lucide-react';
import { useForm } from 'react-hook-form';
import { formatMachineSize } from '../../../lib/format.ts';
import { useTRPC } from '../../../lib/trpc.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { type InstanceDialogProps, targetOf } from './dialog-props.ts';
import { PlanPanel } from './plan-panel.tsx';
import { downtimeSentence } from './plan-words.ts';
import { SizesBeforeAfter } from './sizes-before-after.tsx';
import { type Confirmation, PLAN_QUERY, usePlannedChange } from './use-planned-change.ts';

/** Takes a lent size back. Also repairs a list that shows an override which the instance doesn't have. */
export function ClearSizeOverrideDialog(props: InstanceDialogProps) {
  return props.open ? <OpenClearSizeOverrideDialog {...props} /> : null;
}

function OpenClearSizeOverrideDialog({ instance, onOpenChange, onAccepted }: InstanceDialogProps) {
  const form = useForm({ defaultValues: { restartNow: false } });
  const wish = form.watch();
  const isRunning = instance.status === 'running';
  const asked = {
    ...targetOf(instance),
    apply: isRunning && wish.restartNow ? ('now' as const) : ('manual' as const),
  };
  const { clearSizeOverridePlan, clearSizeOverride } = useTRPC().admin.instances;
  const plan = useQuery(clearSizeOverridePlan.queryOptions(asked, PLAN_QUERY));
  const clear = useMutation(clearSizeOverride.mutationOptions());
  const change = usePlannedChange({
    problem: undefined,
    plan,
    content: wish,
    prepare: (confirmation: Confirmation) => ({ ...asked, ...confirmation }),
    send: clear.mutateAsync,
    onAccepted: (answer) => {
      onOpenChange(false);
      onAccepted(answer);
    },
  });
  return (
    <ChangeDialog
      title="Clear size override"
      description={descriptionOf(instance)}
      tone="lent"
      icon={<ShieldOff />}
      onOpenChange={onOpenChange}
      submitLabel="Clear size override"
      submitVariant="lent"
      busy={change.busy}
      failure={change.failure}
      refusal={change.refusal}
      onSubmit={change.submit}
    >
      <PlanPanel plan={plan}>{(planned) => <ClearPlan plan={planned} instance={instance} />}</PlanPanel>
      {isRunning ? (
        <Checkbox
          label="Restart now"
          hint="Without it, the machine keeps the size that it runs on until its next start."
          {...form.register('restartNow')}
        />
      ) : null}
    </ChangeDialog>
  );
}

function descriptionOf({ sizeOverride }: DebugView): string {
  if (sizeOverride === null)
    return 'The instance has no size override. Clearing it all the same puts right a list that shows one.';
  return `Takes back the ${formatMachineSize(sizeOverride.machineSize)} that the instance was lent.`;
}

function ClearPlan({ plan, instance }: { plan: Plan; instance: DebugView }) {
  const size = plan.effectiveSize === null ? 'its own size' : formatMachineSize(plan.effectiveSize);
  return (
    <>
      <p role="status" className="text-sm">
        {goesBack(plan, instance, size)}
      </p>
      <SizesBeforeAfter plan={plan} instance={instance} />
    </>
  );
}

function goesBack(plan: Plan, { status }: DebugView, size: string): string {
  if (status !== 'running' || plan.requires.includes('restart'))
    return `It goes back to ${size} at the next start.`;
  if (plan.downtime === 'none') return `It runs on ${size} already: nothing has to be restarted.`;
  return `It goes back to ${size} at once. ${downtimeSentence(plan)}`;
}
