import { randomUUID } from 'node:crypto';
import { inviteNewPerson, inviteOwner, signInStateOf, USER_ROLES } from '@kiloclaw/db';
import { z } from 'zod';
import { audited } from '../../../audit.ts';
import { EmailSchema, NameSchema, UserIdSchema } from '../../../auth/fields.ts';
import { type MadeLink, makeLink } from '../../../auth/invitation-link.ts';
import type { ProcedureContext } from '../../../trpc/context.ts';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { personNotFound } from './person-not-found.ts';

const InviteSchema = z
  .strictObject({
    email: EmailSchema,
    name: NameSchema.optional(),
    /** Of somebody new; a customer where it is left out. */
    role: z.enum(USER_ROLES).optional(),
    /** An owner who is there already and can't sign in yet. Nobody is ever found by the address. */
    userId: UserIdSchema.optional(),
  })
  .refine(({ role, userId }) => role === undefined || userId === undefined, {
    path: ['role'],
    message: 'goes with somebody new: leave it out with a userId, who keeps the role they have',
  });
type Invite = z.output<typeof InviteSchema>;

/** Makes a one-time link with which a person sets a password. It is told once, to the admin: we send no mail. */
export const invite = adminProcedure.input(InviteSchema).mutation(async ({ ctx, input }) => {
  const link = makeLink(ctx.origin);
  const userId = input.userId ?? randomUUID();
  const made = input.userId === undefined ? { after: input.role ?? 'customer' } : {};
  await audited(ctx, { action: 'invite_person', targetUserId: userId, ...made }, () =>
    input.userId === undefined
      ? inviteSomebodyNew(ctx, userId, input, link)
      : inviteSomebodyThere(ctx, userId, input, link),
  );
  return { userId, ...link.told };
});

async function inviteSomebodyNew({ registry }: ProcedureContext, id: string, input: Invite, link: MadeLink) {
  const person = { id, email: input.email, name: input.name ?? '', role: input.role ?? 'customer' };
  if (!(await inviteNewPerson(registry.db, person, link.stored))) throw addressInUse();
}

async function inviteSomebodyThere(
  { registry }: ProcedureContext,
  userId: string,
  input: Invite,
  link: MadeLink,
) {
  const owner = { userId, email: input.email, name: input.name ?? null };
  const outcome = await inviteOwner(registry.db, owner, link.stored);
  if (outcome === 'address_in_use') throw addressInUse();
  if (outcome === 'invited') return;
  if ((await signInStateOf(registry.db, userId)) === 'nobody') throw personNotFound();
  throw new Refusal(
    'can_sign_in_already',
    'This person can sign in already. Make a link for a new password instead.',
  );
}

const addressInUse = () =>
  new Refusal(
    'address_in_use',
    'Somebody has this e-mail address already. Find them in People and make the link there, or give another address.',
  );
