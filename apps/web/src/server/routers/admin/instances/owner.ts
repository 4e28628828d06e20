import { instanceOwner, listedInstanceView } from '@kiloclaw/db';
import { z } from 'zod';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { Target } from '../../../trpc/input.ts';
import { peopleNames } from '../../../views/people-names.ts';

/**
 * Whose instance this is, for a page that has its id alone: for reading. Every change names the owner that the page has
 * shown, so that a mistyped id can harm nobody. With the registry's row, which may be behind the instance.
 */
export const owner = adminProcedure
  .input(z.strictObject({ instanceId: Target.instanceId }))
  .query(async ({ ctx, input }) => {
    const found = await instanceOwner(ctx.registry.db, input.instanceId);
    if (found === null) {
      throw new Refusal(
        'instance_not_found',
        'The registry has no instance with this id. Check the id, or search for the instance by its owner.',
      );
    }
    const row = listedInstanceView(found);
    return { row, names: await peopleNames(ctx.registry.db, [row.userId]) };
  });
