import { describe, expect, it } from 'vitest';
import { askedFor, emailProblem } from './invite-form.ts';

describe('an invitation', () => {
  it('needs an address', () => {
    expect(emailProblem(' ')).toContain('Give the address');
    for (const wrong of ['alice', 'alice@example', 'a b@example.com'])
      expect(emailProblem(wrong)).toContain('alice@example.com');
    expect(emailProblem(' alice@example.com ')).toBeUndefined();
  });

  it('of somebody new has a role, and a name where one is written', () => {
    const form = { email: ' alice@example.com ', name: ' ', role: 'admin' } as const;
    expect(askedFor(form)).toEqual({ email: 'alice@example.com', role: 'admin' });
    expect(askedFor({ ...form, name: ' Alice ' })).toMatchObject({ name: 'Alice' });
  });

  it('of somebody who is there already leaves the role as it is', () => {
    const form = { email: 'alice@example.com', name: 'Alice', role: 'customer' } as const;
    expect(askedFor(form, 'user-1')).toEqual({
      email: 'alice@example.com',
      name: 'Alice',
      userId: 'user-1',
    });
  });
});
