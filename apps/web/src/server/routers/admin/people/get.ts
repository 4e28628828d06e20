/** One person, with what they have and what they have lent. */
import { deletionPreview, instancesById, listedInstanceView, readPerson } from '@kiloclaw/db';
import { UserIdSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { adminProcedure } from '../../../trpc/init.ts';
import { personNotFound } from './person-not-found.ts';
import { personView } from './person-view.ts';

/** Deleted people are found, too: their page says how far the deletion has come. */
export const get = adminProcedure
  .input(z.strictObject({ userId: UserIdSchema }))
  .query(async ({ ctx, input: { userId } }) => {
    const { db } = ctx.registry;
    const [person, preview] = await Promise.all([readPerson(db, userId), deletionPreview(db, userId)]);
    if (person === null || preview === null) throw personNotFound();
    const lent = await instancesById(
      db,
      preview.overridesInForceSetByThem.map(({ instanceId }) => instanceId),
    );
    return {
      person: personView(person),
      isSelf: userId === ctx.user.userId,
      isLastAdmin: preview.isLastAdmin,
      /** The newest of them; how many there are stands in `person`. */
      instances: preview.instancesToDestroy,
      lentOverrides: lent.map(listedInstanceView),
    };
  });
