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
import { ChoiceColumns } from './choice-columns.tsx';
import { tierChoice, tierKeyOf } from './choices.ts';
import {
  askedFor,
  capabilitiesAt,
  fieldProblem,
  type NewInstanceForm,
  newInstanceProblem,
  providerOptions,
} from './new-instance-form.ts';
import type { Wording } from './plan-words.ts';

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
  const providers = useQuery(trpc.admin.providers.queryOptions());
  const provision = useMutation(trpc.admin.instances.provision.mutationOptions());
  const submission = useSubmission({
    send: provision.mutateAsync,
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
    void submission.submit(JSON.stringify(wish), (idempotencyKey) => ({ ...asked, idempotencyKey }));
  };
  return (
    <ChangeDialog
      title="New instance"
      size="lg"
      description="A machine with its own volume, for one customer."
      onOpenChange={onOpenChange}
      submitLabel="Create instance"
      busy={submission.busy}
      failure={submission.failure}
      refusal={newInstanceProblem(wish) ?? (tier === undefined ? 'The tiers are not loaded yet.' : undefined)}
      onSubmit={submit}
    >
      <ChoiceColumns
        choice={
          <InstanceFields
            form={form}
            refused={submission.failure?.fields ?? {}}
            providers={providerOptions(providers.data)}
          />
        }
        outcome={
          <>
            <CatalogChoice catalog={catalog}>
              {({ tiers }) => (
                <OfferedTiers
                  tiers={tiers}
                  wording={capabilitiesAt(wish.provider, providers.data) ?? UNKNOWN_YET}
                  value={tier ?? null}
                  onChoose={(key) => form.setValue('instanceType', key)}
                />
              )}
            </CatalogChoice>
            <Checkbox label="Start it once it is made" {...form.register('start')} />
          </>
        }
      />
    </ChangeDialog>
  );
}

interface FieldsProps {
  form: UseFormReturn<NewInstanceForm>;
  /** What the server refused, by field. */
  refused: Readonly<Record<string, string>>;
  providers: ReturnType<typeof providerOptions>;
}

function InstanceFields({ form: { register, formState }, refused, providers }: FieldsProps) {
  const { errors } = formState;
  const text = (field: 'userId' | 'userEmail' | 'name' | 'region') => ({
    ...register(field, { validate: (value) => fieldProblem(field, value) ?? true }),
    autoComplete: 'off',
  });
  const error = (field: keyof NewInstanceForm) => errors[field]?.message ?? refused[field];
  return (
    <>
      <Field
        label="Owner"
        required
        hint="The customer’s user id. One that is not known yet becomes a customer."
        error={error('userId')}
      >
        <Input {...text('userId')} autoCapitalize="none" spellCheck={false} />
      </Field>
      <Field label="Email" hint="Of an owner who is not known yet." error={error('userEmail')}>
        <Input {...text('userEmail')} type="email" />
      </Field>
      <Field label="Name" error={error('name')}>
        <Input {...text('name')} />
      </Field>
      <Field label="Provider" required error={error('provider')}>
        <Select options={providers} {...register('provider')} />
      </Field>
      <Field label="Region" hint="A code such as fra. Empty: the provider’s default." error={error('region')}>
        <Input {...text('region')} autoCapitalize="none" spellCheck={false} />
      </Field>
    </>
  );
}

/** Until it is known what the provider can do, a tier is shown as the catalog has it. */
const UNKNOWN_YET: Wording = { volumesAreSized: true, cpuKindsObservable: true };

interface OfferedTiersProps {
  tiers: TiersView['tiers'];
  wording: Wording;
  value: string | null;
  onChoose: (key: string) => void;
}

function OfferedTiers({ tiers, wording, value, onChoose }: OfferedTiersProps) {
  const offered = tiers.filter((tier) => tier.offered);
  return (
    <RadioCards
      legend="Tier"
      options={offered.map((tier) => tierChoice(tier, undefined, wording))}
      value={value}
      onValueChange={onChoose}
    />
  );
}
