import { formatExactTime } from '../../lib/format.ts';
import { Alert } from '../../ui/alert.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

export interface MadeLink {
  readonly link: string;
  readonly expiresAt: string;
}

/** A link by which a person sets a password: it is shown here, and nowhere again. */
export function OneTimeLink({ link, expiresAt }: MadeLink) {
  return (
    <>
      <div className="flex items-end gap-2">
        <Field label="One-time link" required className="flex-1">
          <Input value={link} readOnly onFocus={(event) => event.target.select()} className="font-mono" />
        </Field>
        <CopyButton text={link} label="Copy one-time link" />
      </div>
      <Alert tone="warning">
        Hand it over yourself, over a way that only this person reads: no mail is sent. It is shown once,
        works once, and ends at {formatExactTime(expiresAt)}.
      </Alert>
    </>
  );
}
