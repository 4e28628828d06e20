/** What an admin may do with a person, and why not. Pure; the server decides again. */
import type { PersonAnswer, Role } from './people-view.ts';

export interface PersonActions {
  /** The role that they would get. */
  readonly role: { readonly to: Role; readonly label: string; readonly refusal: string | undefined };
  /** A first link for who has never had a way in, else one to a new password. */
  readonly link: {
    readonly kind: 'invitation' | 'reset';
    readonly label: string;
    readonly refusal: string | undefined;
  };
  readonly delete: { readonly refusal: string | undefined };
}

const LAST_ADMIN = 'This is the last admin. Make somebody else an admin first.';

type Known = Pick<PersonAnswer, 'person' | 'isSelf' | 'isLastAdmin'>;

export function personActions({ person, isSelf, isLastAdmin }: Known): PersonActions {
  const lastAdmin = isLastAdmin ? LAST_ADMIN : undefined;
  const banned = person.isBanned ? 'This person is banned.' : undefined;
  return {
    role:
      person.role === 'admin'
        ? { to: 'customer', label: 'Make customer', refusal: lastAdmin }
        : { to: 'admin', label: 'Make admin', refusal: undefined },
    link: person.canSignIn
      ? { kind: 'reset', label: 'New password link', refusal: banned }
      : { kind: 'invitation', label: 'Let sign in', refusal: banned },
    delete: { refusal: lastAdmin ?? (isSelf ? 'You can’t delete yourself. Ask another admin.' : undefined) },
  };
}
