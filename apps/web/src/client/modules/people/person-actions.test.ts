import { describe, expect, it } from 'vitest';
import type { Person } from './people-view.ts';
import { personActions } from './person-actions.ts';
import { personName, signInSign } from './person-words.ts';

const PERSON: Person = {
  id: 'user-1',
  name: null,
  email: 'alice@example.com',
  emailKind: 'sign_in',
  role: 'customer',
  canSignIn: true,
  isBanned: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  deletedAt: null,
  instances: 0,
  lentOverrides: 0,
  lastSessionAt: null,
};
const ADMIN: Person = { ...PERSON, role: 'admin' };
const actionsOf = (person: Person, known = { isSelf: false, isLastAdmin: false }) =>
  personActions({ person, ...known });

describe('what may be done with a person', () => {
  it('is the other role, and a link by whether they can sign in', () => {
    expect(actionsOf(PERSON)).toMatchObject({
      role: { to: 'admin', label: 'Make admin', refusal: undefined },
      link: { kind: 'reset' },
      delete: { refusal: undefined },
    });
    expect(actionsOf(ADMIN).role).toMatchObject({ to: 'customer', label: 'Make customer' });
    expect(actionsOf({ ...PERSON, canSignIn: false }).link).toMatchObject({
      kind: 'invitation',
      label: 'Let sign in',
    });
  });

  it('leaves the last admin in place', () => {
    const { role, delete: deletion } = actionsOf(ADMIN, { isSelf: true, isLastAdmin: true });
    expect(role.refusal).toContain('last admin');
    expect(deletion.refusal).toContain('last admin');
  });

  it('deletes nobody who asks for it themselves', () => {
    expect(actionsOf(ADMIN, { isSelf: true, isLastAdmin: false })).toMatchObject({
      role: { refusal: undefined },
      delete: { refusal: expect.stringContaining('yourself') },
    });
  });

  it('gives no link to who is banned', () => {
    expect(actionsOf({ ...PERSON, isBanned: true }).link.refusal).toContain('banned');
  });
});

describe('a person in words', () => {
  it('has a name, else an address, else an id; none of them once deleted', () => {
    expect(personName({ ...PERSON, name: 'Alice' })).toBe('Alice');
    expect(personName(PERSON)).toBe('alice@example.com');
    expect(personName({ ...PERSON, email: null })).toBe('user-1');
    expect(personName({ ...PERSON, deletedAt: PERSON.createdAt })).toBe('Deleted person');
  });

  it('can sign in unless deleted, banned, or without a way in', () => {
    const labelOf = (changes: Partial<Person>) => signInSign({ ...PERSON, ...changes }).label;
    expect(labelOf({})).toBe('Can sign in');
    expect(labelOf({ canSignIn: false })).toBe('Can’t sign in');
    expect(labelOf({ isBanned: true })).toBe('Banned');
    expect(labelOf({ deletedAt: PERSON.createdAt, isBanned: true })).toBe('Deleted');
  });
});
