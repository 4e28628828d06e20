import type { TiersView } from '@kiloclaw/platform-contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { useTRPC } from '../../../lib/trpc.ts';
import { useSubmission } from '../../../lib/use-submission.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { RadioCards } from '../../../ui/radio-cards.tsx';
import { Select } from '../../../ui/select.tsx';
import { CatalogChoice } from './catalog-choice.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { tierChoice, tierKeyOf } from './choices.ts';
import {
  askedFor,
  fieldProblem,
  type NewInstanceForm,
  newInstanceProblem,
  PROVIDER_OPTIONS,
} from './new-instance-form.ts';

interface NewInstanceDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** It was accepted, and is being made. The dialog closes itself. */
  onCreated: (made: { userId: string; instanceId: string }) => void;
}

/** Provisions an instance on an offered tier. */
export function NewInstanceDialog(props: NewInstanceDialogProps) {
  return props.open ? <OpenNewInstanceDialog {...props} /> : null;
}

const NOTHING_YET: NewInstanceForm = {
  userId: '',
  userEmail: '',
  name: '',
  provider: '',
  instanceType: '',
  region: '',
  start: true,
};

function OpenNewInstanceDialog({ onOpenChange, onCreated }: NewInstanceDialogProps) {
  const form = useForm<NewInstanceForm>({ defaultValues: NOTHING_YET, mode: 'onTouched' });
  const wish = form.watch();
  // Kept while nobody knows whether it was taken in, though the form may change: a second machine is never made.
  const [instanceId, setInstanceId] = useState(() => crypto.randomUUID());
  const trpc = useTRPC();
  const catalog = useQuery(trpc.admin.tiers.queryOptions());
  const provision = useMutation(trpc.admin.instances.provision.mutationOptions());
  const submission = useSubmission<{ userId: string; instanceId: string }>({
    onAnswer: (made) => {
      onOpenChange(false);
      onCreated(made);
    },
    onRefused: () => setInstanceId(crypto.randomUUID()),
  });
  const tier = wish.instanceType || catalog.data?.default;
  const submit = () => {
    if (tier === undefined) return;
    const asked = { ...askedFor(wish), instanceId, instanceType: tierKeyOf({ key: tier }) };
    void submission.submit(JSON.stringify(wish), (idempotencyKey) =>
      provision.mutateAsync({ ...asked, idempotencyKey }),
    );
  };
  return (
    <ChangeDialog
      title="New instance"
      description="A machine with its own volume, for one customer."
      onOpenChange={onOpenChange}
      submitLabel="Create instance"
      busy={submission.busy}
      failure={submission.failure}
      refusal={newInstanceProblem(wish) ?? (tier === undefined ? 'The tiers are not loaded yet.' : undefined)}
      onSubmit={submit}
    >
      <OwnerFields form={form} refused={submission.failure?.fields ?? {}} />
      <PlaceFields form={form} refused={submission.failure?.fields ?? {}} />
      <CatalogChoice catalog={catalog}>
        {({ tiers }) => (
          <OfferedTiers
            tiers={tiers}
            value={tier ?? null}
            onChoose={(key) => form.setValue('instanceType', key)}
          />
        )}
      </CatalogChoice>
      <Checkbox label="Start it once it is made" {...form.register('start')} />
    </ChangeDialog>
  );
}

interface FieldsProps {
  form: UseFormReturn<NewInstanceForm>;
  /** What the server refused, by field. */
  refused: Readonly<Record<string, string>>;
}

function OwnerFields({ form: { register, formState }, refused }: FieldsProps) {
  const { errors } = formState;
  return (
    <>
      <Field
        label="Owner"
        required
        hint="The customer’s user id. One that is not known yet becomes a customer."
        error={errors.userId?.message ?? refused.userId}
      >
        <Input
          {...register('userId', { validate: (text) => fieldProblem('userId', text) ?? true })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field
          label="Email"
          hint="Of the owner, where they are not known yet."
          error={errors.userEmail?.message ?? refused.userEmail}
        >
          <Input
            {...register('userEmail', { validate: (text) => fieldProblem('userEmail', text) ?? true })}
            type="email"
            autoComplete="off"
          />
        </Field>
        <Field label="Name" error={errors.name?.message ?? refused.name}>
          <Input
            {...register('name', { validate: (text) => fieldProblem('name', text) ?? true })}
            autoComplete="off"
          />
        </Field>
      </div>
    </>
  );
}

function PlaceFields({ form: { register, formState }, refused }: FieldsProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label="Provider" required error={refused.provider}>
        <Select options={PROVIDER_OPTIONS} {...register('provider')} />
      </Field>
      <Field
        label="Region"
        hint="A code such as fra. Empty: the provider’s default."
        error={formState.errors.region?.message ?? refused.region}
      >
        <Input
          {...register('region', { validate: (text) => fieldProblem('region', text) ?? true })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
    </div>
  );
}

interface OfferedTiersProps {
  tiers: TiersView['tiers'];
  value: string | null;
  onChoose: (key: string) => void;
}

function OfferedTiers({ tiers, value, onChoose }: OfferedTiersProps) {
  const offered = tiers.filter((tier) => tier.offered);
  // Where the provider’s volumes have no size, the instance itself says so once it is there.
  const wording = { volumesAreSized: true, cpuKindsObservable: true };
  return (
    <RadioCards
      legend="Tier"
      options={offered.map((tier) => tierChoice(tier, undefined, wording))}
      value={value}
      onValueChange={onChoose}
    />
  );
}
