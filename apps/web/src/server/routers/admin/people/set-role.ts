import { readPerson, setRole as setRoleInRegistry, USER_ROLES } from '@kiloclaw/db';
import { UserIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { audited } from '../../../audit.ts';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { personNotFound } from './person-not-found.ts';

/** Makes somebody an admin, or an admin a customer. It holds from their next request on. */
export const setRole = adminProcedure
  .input(z.strictObject({ userId: UserIdSchema, role: z.enum(USER_ROLES) }))
  .mutation(async ({ ctx, input: { userId, role } }) => {
    const { db } = ctx.registry;
    const person = await readPerson(db, userId);
    if (person === null) throw personNotFound();
    const act = { action: 'change_role', targetUserId: userId, before: person.role, after: role };
    await audited(ctx, act, async () => {
      const change = await setRoleInRegistry(db, { userId, role });
      if (change.kind === 'not_found') throw personNotFound();
      if (change.kind === 'last_admin')
        throw new Refusal(
          'last_admin',
          'Nobody else could sign in as an admin. Make somebody else an admin first, and see that they can sign in.',
        );
    });
    return { userId, role };
  });
