import type { UseFormReturn } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { REASON_MAX_CHARACTERS } from './limits.ts';
import { EXPIRIES, expiryProblem, type OverrideForm, reasonProblem } from './override-form.ts';

/** Why a size is lent, and until when. */
export function OverrideTerms({ form }: { form: UseFormReturn<OverrideForm> }) {
  const { register, watch, formState } = form;
  const { errors } = formState;
  return (
    <>
      <Field
        label="Reason"
        required
        hint="Admins see it beside the instance; its customer never does."
        error={errors.reason?.message}
      >
        <Textarea
          maxCharacters={REASON_MAX_CHARACTERS}
          value={watch('reason')}
          {...register('reason', { validate: (reason) => reasonProblem(reason) ?? true })}
        />
      </Field>
      <Field label="Expires" required>
        <Select options={EXPIRIES} {...register('expiry')} />
      </Field>
      {watch('expiry') === 'date' ? (
        <Field label="Expires at" required hint={timeZoneHint()} error={errors.expiryDate?.message}>
          <Input
            {...register('expiryDate', {
              validate: (expiryDate) => expiryProblem({ expiry: 'date', expiryDate }, Date.now()) ?? true,
            })}
            type="datetime-local"
          />
        </Field>
      ) : null}
    </>
  );
}

function timeZoneHint(): string {
  return `In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
}
