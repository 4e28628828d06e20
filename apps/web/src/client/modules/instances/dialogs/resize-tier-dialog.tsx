import type { DebugView, Plan, TiersView } from '@kiloclaw/platform-contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { bringIntoSight } from '../../../lib/bring-into-sight.ts';
import { formatMachineSize } from '../../../lib/format.ts';
import { useTRPC } from '../../../lib/trpc.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { RadioCards } from '../../../ui/radio-cards.tsx';
import { BeforeAfter } from '../before-after.tsx';
import { CatalogChoice } from './catalog-choice.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { ChoiceColumns } from './choice-columns.tsx';
import { tierChoice, tierKeyOf } from './choices.ts';
import { type InstanceDialogProps, targetOf } from './dialog-props.ts';
import { PlanPanel } from './plan-panel.tsx';
import { downtimeSentence, givenSentence, resizeSentence, volumeGrowthSentence } from './plan-words.ts';
import { useTierPlans } from './use-choice-plans.ts';
import { type Confirmation, usePlannedChange } from './use-planned-change.ts';

/** Another tier, for good and upwards only. */
export function ResizeTierDialog(props: InstanceDialogProps) {
  return props.open ? <OpenResizeTierDialog {...props} /> : null;
}

interface ResizeForm {
  /** '' until one is chosen. */
  targetTier: string;
  stopAndStart: boolean;
}

const STOP_AND_START = 'Stop, resize and start now';

function OpenResizeTierDialog({ instance, onOpenChange, onAccepted }: InstanceDialogProps) {
  const form = useForm<ResizeForm>({ defaultValues: { targetTier: '', stopAndStart: false } });
  const wish = form.watch();
  const mustStop = instance.status === 'running' && instance.capabilities.resizeNeedsStop;
  const apply: 'manual' | 'now' = mustStop ? 'now' : 'manual';
  const trpc = useTRPC();
  const catalog = useQuery(trpc.admin.tiers.queryOptions());
  const plans = useTierPlans(instance, catalog.data?.tiers ?? [], { chosenKey: wish.targetTier, apply });
  const resize = useMutation(trpc.admin.instances.resize.mutationOptions());
  const change = usePlannedChange({
    problem: problemOf(wish, mustStop),
    plan: plans.chosen,
    content: wish,
    prepare: (confirmation: Confirmation) => ({
      ...targetOf(instance),
      targetTier: tierKeyOf({ key: wish.targetTier }),
      apply,
      ...confirmation,
    }),
    send: resize.mutateAsync,
    onAccepted: (answer) => {
      onOpenChange(false);
      onAccepted(answer);
    },
  });
  return (
    <ChangeDialog
      title="Resize tier"
      size="lg"
      description="A larger tier, for good: what the instance is billed as changes with it."
      onOpenChange={onOpenChange}
      submitLabel="Resize tier"
      busy={change.busy}
      failure={change.failure}
      refusal={change.refusal}
      onSubmit={change.submit}
    >
      <ChoiceColumns
        choice={
          <CatalogChoice catalog={catalog}>
            {({ tiers }) => <TierCards instance={instance} tiers={tiers} planOf={plans.planOf} form={form} />}
          </CatalogChoice>
        }
        outcome={
          <>
            <PlanPanel plan={plans.chosen} waiting="Choose a tier to see what would change.">
              {(plan) => <ResizePlan plan={plan} instance={instance} mustStop={mustStop} />}
            </PlanPanel>
            {mustStop ? (
              <Checkbox
                label={STOP_AND_START}
                hint="The instance is running, and its size can be changed only while it is stopped. If the resize fails, it is started again as it was."
                {...form.register('stopAndStart')}
              />
            ) : null}
          </>
        }
      />
    </ChangeDialog>
  );
}

function problemOf({ targetTier, stopAndStart }: ResizeForm, mustStop: boolean): string | undefined {
  if (targetTier === '') return 'Choose a tier first.';
  return mustStop && !stopAndStart ? `The instance is running: tick “${STOP_AND_START}” first.` : undefined;
}

interface TierCardsProps {
  instance: DebugView;
  tiers: TiersView['tiers'];
  planOf: (key: string) => Plan | undefined;
  form: UseFormReturn<ResizeForm>;
}

function TierCards({ instance, tiers, planOf, form }: TierCardsProps) {
  const options = tiers.map((tier) => ({
    ...tierChoice(tier, planOf(tier.key), instance.capabilities),
    ...(tier.key === instance.instanceType ? { aside: <Badge tone="accent">Current</Badge> } : {}),
  }));
  return (
    <RadioCards
      legend="Tier"
      options={options}
      value={form.watch('targetTier')}
      onValueChange={(key) => form.setValue('targetTier', key)}
    />
  );
}

function ResizePlan({ plan, instance, mustStop }: { plan: Plan; instance: DebugView; mustStop: boolean }) {
  const { capabilities } = instance;
  const growth = volumeGrowthSentence(plan);
  const given = givenSentence(plan);
  const { sizeOverride } = plan.clears;
  return (
    <>
      <p role="status" className="text-sm">
        {resizeSentence(plan, capabilities)} {given} {afterwards(plan, mustStop)}
      </p>
      <BeforeAfter before={plan.before} after={plan.after} volumesAreSized={capabilities.volumesAreSized} />
      {capabilities.volumesAreSized ? null : (
        <p className="text-muted text-sm">Storage is the host’s disk: it stays the same whatever the tier.</p>
      )}
      {sizeOverride === null ? null : (
        <Alert tone="lent">
          The size override ({formatMachineSize(sizeOverride.machineSize)}) will be cleared: the tier’s own
          size counts from then on.
        </Alert>
      )}
      {growth === null ? null : (
        <div ref={bringIntoSight}>
          <Alert tone="warning">{growth}</Alert>
        </div>
      )}
    </>
  );
}

/** What is left to be done, or borne, once it is resized. */
function afterwards(plan: Plan, mustStop: boolean): string {
  if (mustStop || plan.downtime !== 'none') return downtimeSentence(plan);
  return 'It stays stopped: the size counts from its next start.';
}
