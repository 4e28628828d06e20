import type { DebugView, Plan, TiersView } from '@kiloclaw/platform-contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ShieldAlert } from 'lucide-react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { formatExactTime, formatMachineSize } from '../../../lib/format.ts';
import { useTRPC } from '../../../lib/trpc.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { RadioCards } from '../../../ui/radio-cards.tsx';
import { CatalogChoice } from './catalog-choice.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { ChoiceColumns } from './choice-columns.tsx';
import { presetChoice } from './choices.ts';
import { type InstanceDialogProps, targetOf } from './dialog-props.ts';
import { expiresAtOf, type OverrideForm, overrideProblem } from './override-form.ts';
import { OverrideTerms } from './override-terms.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { downtimeSentence, givenSentence } from './plan-words.ts';
import { SizesBeforeAfter } from './sizes-before-after.tsx';
import { usePresetPlans } from './use-choice-plans.ts';
import { type Confirmation, usePlannedChange } from './use-planned-change.ts';

/** CPU and RAM lent for a while: nothing that is billed changes. */
export function SizeOverrideDialog(props: InstanceDialogProps) {
  return props.open ? <OpenSizeOverrideDialog {...props} /> : null;
}

const NOTHING_YET: OverrideForm = {
  preset: '',
  reason: '',
  expiry: 'none',
  expiryDate: '',
  restartNow: false,
};

function OpenSizeOverrideDialog({ instance, onOpenChange, onAccepted }: InstanceDialogProps) {
  const form = useForm<OverrideForm>({ defaultValues: NOTHING_YET, mode: 'onTouched' });
  const wish = form.watch();
  const { preset, reason } = wish;
  const apply = instance.status === 'running' && wish.restartNow ? 'now' : 'manual';
  const trpc = useTRPC();
  const catalog = useQuery(trpc.admin.tiers.queryOptions());
  const plans = usePresetPlans(instance, catalog.data?.presets ?? [], {
    chosenKey: preset,
    // Only a date may be refused: how far ahead it may be is the server's to say.
    expiresAt: wish.expiry === 'date' ? expiresAtOf(wish, Date.now()) : undefined,
    apply,
  });
  const lend = useMutation(trpc.admin.instances.setSizeOverride.mutationOptions());
  const change = usePlannedChange({
    problem: overrideProblem(wish, Date.now()),
    plan: plans.chosen,
    content: wish,
    prepare: (confirmation: Confirmation) => {
      const expiresAt = expiresAtOf(wish, Date.now());
      const terms = { preset, reason, apply, ...(expiresAt === undefined ? {} : { expiresAt }) } as const;
      return { ...targetOf(instance), ...terms, ...confirmation };
    },
    send: lend.mutateAsync,
    onAccepted: (answer) => {
      onOpenChange(false);
      onAccepted(answer);
    },
  });
  return (
    <ChangeDialog
      title="Size override"
      size="lg"
      description="Lends CPU and RAM until they are taken back. What is billed stays as it is."
      tone="lent"
      icon={<ShieldAlert />}
      onOpenChange={onOpenChange}
      submitLabel="Set size override"
      submitVariant="lent"
      busy={change.busy}
      failure={change.failure}
      refusal={change.refusal}
      onSubmit={change.submit}
    >
      <Replaced instance={instance} />
      <ChoiceColumns
        choice={
          <>
            <CatalogChoice catalog={catalog}>
              {({ presets }) => (
                <PresetCards instance={instance} presets={presets} planOf={plans.planOf} form={form} />
              )}
            </CatalogChoice>
            <OverrideTerms form={form} />
          </>
        }
        outcome={
          <>
            <PlanPanel plan={plans.chosen} waiting="Choose a size to see what would change.">
              {(plan) => <OverridePlan plan={plan} instance={instance} />}
            </PlanPanel>
            {instance.status === 'running' ? (
              <Checkbox
                label="Restart now"
                hint="Without it, the override takes effect at the next start."
                {...form.register('restartNow')}
              />
            ) : null}
          </>
        }
      />
    </ChangeDialog>
  );
}

function Replaced({ instance: { sizeOverride } }: { instance: DebugView }) {
  if (sizeOverride === null) return null;
  const { machineSize, setAt, reason } = sizeOverride;
  return (
    <Alert tone="lent">
      Replaces the override of {formatMachineSize(machineSize)} that was set on {formatExactTime(setAt)}
      {reason === undefined ? '.' : `: ${reason}`}
    </Alert>
  );
}

interface PresetCardsProps {
  instance: DebugView;
  presets: TiersView['presets'];
  planOf: (key: string) => Plan | undefined;
  form: UseFormReturn<OverrideForm>;
}

function PresetCards({ instance, presets, planOf, form }: PresetCardsProps) {
  return (
    <RadioCards
      legend="Size"
      tone="lent"
      options={presets.map((preset) => presetChoice(preset, planOf(preset.key), instance.capabilities))}
      value={form.watch('preset')}
      onValueChange={(key) => form.setValue('preset', key)}
    />
  );
}

function OverridePlan({ plan, instance }: { plan: Plan; instance: DebugView }) {
  const isRunning = instance.status === 'running';
  const takesEffect = !isRunning
    ? 'It takes effect at the next start.'
    : plan.requires.includes('restart')
      ? 'The running machine stays as it is until its next start.'
      : `It takes effect at once. ${downtimeSentence(plan)}`;
  return (
    <>
      <p role="status" className="text-sm">
        {takesEffect} {givenSentence(plan)}
      </p>
      <SizesBeforeAfter plan={plan} instance={instance} />
    </>
  );
}
