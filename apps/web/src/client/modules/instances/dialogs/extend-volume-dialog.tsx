import type { Plan } from '@kiloclaw/platform-contract';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { formatGb } from '../../../lib/format.ts';
import { useTRPC } from '../../../lib/trpc.ts';
import { useDebounced } from '../../../lib/use-debounced.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { BeforeAfter } from '../before-after.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { type InstanceDialogProps, targetOf } from './dialog-props.ts';
import { defaultTargetSize, targetSizeGbOf, targetSizeProblem } from './extend-form.ts';
import { TARGET_SIZE_MAX_GB } from './limits.ts';
import { PlanPanel } from './plan-panel.tsx';
import { type Confirmation, NO_PLAN, PLAN_QUERY, usePlannedChange } from './use-planned-change.ts';

/** A larger volume, for good. */
export function ExtendVolumeDialog(props: InstanceDialogProps) {
  return props.open ? <OpenExtendVolumeDialog {...props} /> : null;
}

const UNDERSTOOD = "I understand that this can't be undone";
const TYPING_PAUSE_MS = 300;

interface ExtendForm {
  targetSize: string;
  understood: boolean;
}

function OpenExtendVolumeDialog({ instance, onOpenChange, onAccepted }: InstanceDialogProps) {
  const { volumeSizeGb } = instance;
  const form = useForm<ExtendForm>({
    defaultValues: { targetSize: defaultTargetSize(volumeSizeGb), understood: false },
    mode: 'onChange',
  });
  const wish = form.watch();
  const problem = targetSizeProblem(wish.targetSize, volumeSizeGb);
  const targetSizeGb = problem === undefined ? targetSizeGbOf(wish.targetSize) : null;
  const settledSizeGb = useDebounced(targetSizeGb, TYPING_PAUSE_MS);
  const { extendVolumePlan, extendVolume } = useTRPC().admin.instances;
  const planned = useQuery(
    extendVolumePlan.queryOptions(
      settledSizeGb === null ? skipToken : { ...targetOf(instance), targetSizeGb: settledSizeGb },
      PLAN_QUERY,
    ),
  );
  // The plan of what was typed a moment ago is none of what stands there now.
  const plan =
    targetSizeGb === null
      ? NO_PLAN
      : targetSizeGb === settledSizeGb
        ? planned
        : { ...NO_PLAN, isFetching: true };
  const extend = useMutation(extendVolume.mutationOptions());
  const change = usePlannedChange({
    problem: problem ?? (wish.understood ? undefined : `Tick “${UNDERSTOOD}” first.`),
    plan,
    content: wish,
    prepare: (confirmation: Confirmation) => ({
      ...targetOf(instance),
      targetSizeGb: Number(wish.targetSize),
      ...confirmation,
    }),
    send: extend.mutateAsync,
    onAccepted: (answer) => {
      onOpenChange(false);
      onAccepted(answer);
    },
  });
  return (
    <ChangeDialog
      title="Extend volume"
      description="A larger volume, for good: it never shrinks."
      onOpenChange={onOpenChange}
      submitLabel="Extend volume"
      busy={change.busy}
      failure={change.failure}
      refusal={change.refusal}
      onSubmit={change.submit}
    >
      <Field
        label="Target size (GB)"
        required
        hint={`In all. The volume has ${volumeSizeGb === null ? 'a size that nobody has recorded' : formatGb(volumeSizeGb)} now.`}
        error={form.formState.errors.targetSize?.message}
      >
        <NumberField
          unit="GB"
          min={(volumeSizeGb ?? 0) + 1}
          max={TARGET_SIZE_MAX_GB}
          {...form.register('targetSize', {
            validate: (text) => targetSizeProblem(text, volumeSizeGb) ?? true,
          })}
        />
      </Field>
      <PlanPanel plan={plan}>
        {(shown) => <ExtendPlan plan={shown} volumesAreSized={instance.capabilities.volumesAreSized} />}
      </PlanPanel>
      <Checkbox label={UNDERSTOOD} {...form.register('understood')} />
    </ChangeDialog>
  );
}

function ExtendPlan({ plan, volumesAreSized }: { plan: Plan; volumesAreSized: boolean }) {
  const { before, after } = plan;
  const becomesCustom = after.instanceType === 'custom' && before.instanceType !== 'custom';
  return (
    <>
      <BeforeAfter before={before} after={after} volumesAreSized={volumesAreSized} />
      <Alert tone="warning">
        The volume can’t be shrunk again.
        {becomesCustom
          ? ' The instance becomes Custom: its disk is larger than that of its tier. A resize to a tier with at least this disk brings it back to one.'
          : ''}
      </Alert>
    </>
  );
}
