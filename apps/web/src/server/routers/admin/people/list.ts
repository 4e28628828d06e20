/** A page of the people. */
import { formatTimeCursor, parseTimeCursor, searchPeople, type TimeCursor, USER_ROLES } from '@kiloclaw/db';
import { InstancesQuerySchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { personView } from './person-view.ts';

export const PEOPLE_ON_A_PAGE = 50;

const PeopleFilterSchema = z.strictObject({
  /** A part of a name, an address or an id. */
  q: InstancesQuerySchema.shape.q,
  role: z.enum(USER_ROLES).optional(),
  includeDeleted: z.boolean().optional(),
});

export const list = adminProcedure
  .input(z.strictObject({ filter: PeopleFilterSchema, cursor: z.string().max(400).optional() }))
  .query(async ({ ctx, input: { filter, cursor } }) => {
    const page = { after: readCursor(cursor), limit: PEOPLE_ON_A_PAGE };
    const { items, next, ...total } = await searchPeople(ctx.registry.db, filter, page);
    return {
      items: items.map(personView),
      nextCursor: next === null ? null : formatTimeCursor(next),
      ...total,
    };
  });

function readCursor(text: string | undefined): TimeCursor | null {
  if (text === undefined) return null;
  const cursor = parseTimeCursor(text);
  if (cursor !== null) return cursor;
  throw new Refusal('invalid_request', 'This page of the list can’t be found. Go to the first page.', {
    fields: [{ path: 'cursor', message: 'is none of this list' }],
  });
}
