/** The deletion of a person: what it would do, doing it, and how far it has come. */
import { deletionTargets, deletionPreview as readPreview } from '@kiloclaw/db';
import { UserIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { audited } from '../../../audit.ts';
import { adminActor } from '../../../trpc/change.ts';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { personNotFound } from './person-not-found.ts';

const PersonSchema = z.strictObject({ userId: UserIdSchema });
/** The page watches by itself how the machines go. */
const WAIT_S = 0;

export const deletionPreview = adminProcedure
  .input(PersonSchema)
  .query(async ({ ctx, input: { userId } }) => {
    const preview = await readPreview(ctx.registry.db, userId);
    if (preview === null) throw personNotFound();
    return preview;
  });

/** Begins the deletion, or goes on with it: asked again, it does what is left, and says whether that was all. */
export const deletePerson = adminProcedure.input(PersonSchema).mutation(({ ctx, input: { userId } }) =>
  audited(ctx, { action: 'delete_person', targetUserId: userId }, async () => {
    const preview = await readPreview(ctx.registry.db, userId);
    if (preview === null) throw personNotFound();
    if (preview.isLastAdmin)
      throw new Refusal(
        'last_admin',
        'This is the last admin. Make somebody else an admin first, then delete this one.',
      );
    if (userId === ctx.user.userId)
      throw new Refusal('oneself', 'You can’t delete yourself. Ask another admin to do it.');
    const asked = { userId, actor: adminActor(ctx) };
    const options = { requestId: ctx.requestId, waitS: WAIT_S };
    return (await ctx.controlPlane.call('scrubPerson', asked, options)).body;
  }),
);

/** Whether all of a deleted person is gone; and their instances that are not, the newest of them by name. */
export const deletionProgress = adminProcedure
  .input(PersonSchema)
  .query(async ({ ctx, input: { userId } }) => {
    const { db } = ctx.registry;
    const [preview, [left]] = await Promise.all([
      readPreview(db, userId),
      deletionTargets(db, userId, { afterId: null, limit: 1 }),
    ]);
    if (preview === null) throw personNotFound();
    return {
      isDeleted: preview.isDeleted,
      isFinished: preview.isDeleted && left === undefined,
      awaited: preview.instancesToDestroy,
      awaitedCount: preview.instancesToDestroyCount,
    };
  });
