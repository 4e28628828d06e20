/** What an invitation is written with. Pure. */
import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import type { Role } from './people-view.ts';

export type AskedInvitation = inferRouterInputs<AppRouter>['admin']['people']['invite'];

export interface InviteForm {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with the address, as far as a browser can tell; the server looks closer. */
export function emailProblem(email: string): string | undefined {
  if (email.trim() === '') return 'Give the address that they will sign in with.';
  return EMAIL.test(email.trim()) ? undefined : 'This must be an e-mail address such as alice@example.com.';
}

/** `userId`: of somebody who is there already, and keeps the role they have. */
export function askedFor({ email, name, role }: InviteForm, userId?: string): AskedInvitation {
  return {
    email: email.trim(),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(userId === undefined ? { role } : { userId }),
  };
}
