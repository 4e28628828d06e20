/** A person in words. Pure. */
import type { Tone } from '../../ui/tone.ts';
import type { Person, Role } from './people-view.ts';

/** By name, else by address, else by id. */
export function personName({
  name,
  email,
  id,
  deletedAt,
}: Pick<Person, 'name' | 'email' | 'id' | 'deletedAt'>): string {
  return deletedAt === null ? (name ?? email ?? id) : 'Deleted person';
}

export const ROLE_LABELS: Record<Role, string> = { admin: 'Admin', customer: 'Customer' };

/** Whether they can sign in, and how it looks. */
export function signInSign({
  deletedAt,
  isBanned,
  canSignIn,
}: Pick<Person, 'deletedAt' | 'isBanned' | 'canSignIn'>): {
  label: string;
  tone: Tone;
} {
  if (deletedAt !== null) return { label: 'Deleted', tone: 'danger' };
  if (isBanned) return { label: 'Banned', tone: 'danger' };
  return canSignIn ? { label: 'Can sign in', tone: 'positive' } : { label: 'Can’t sign in', tone: 'neutral' };
}
