import { linkToNewPassword, signInStateOf } from '@kiloclaw/db';
import { z } from 'zod';
import { audited } from '../../../audit.ts';
import { UserIdSchema } from '../../../auth/fields.ts';
import { makeLink } from '../../../auth/invitation-link.ts';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { personNotFound } from './person-not-found.ts';

/** A one-time link to a new password, for somebody who can sign in. Their sessions go on until it is used. */
export const resetLink = adminProcedure
  .input(z.strictObject({ userId: UserIdSchema }))
  .mutation(async ({ ctx, input: { userId } }) => {
    const link = makeLink(ctx.origin);
    await audited(ctx, { action: 'reset_password_link', targetUserId: userId }, async () => {
      if (await linkToNewPassword(ctx.registry.db, userId, link.stored)) return;
      if ((await signInStateOf(ctx.registry.db, userId)) === 'nobody') throw personNotFound();
      throw new Refusal('cannot_sign_in_yet', 'This person can’t sign in yet. Invite them instead.');
    });
    return { userId, ...link.told };
  });
