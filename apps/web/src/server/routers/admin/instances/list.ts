/** A page of the registry's list of instances, with what the page calls those who lent hardware. */

import {
  formatInstanceCursor,
  type InstanceCursor,
  listedInstanceView,
  parseInstanceCursor,
  searchInstances,
} from '@kiloclaw/db';
import { type InstanceType, tierOf } from '@kiloclaw/instance-tiers';
import type { InstanceSort } from '@kiloclaw/platform-contract';
import { namesOf } from '../../../registry/names-of.ts';
import { Refusal } from '../../../trpc/failures.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { InstancePageInput } from './filter.ts';

export const INSTANCES_ON_A_PAGE = 50;

export const list = adminProcedure.input(InstancePageInput).query(async ({ ctx, input }) => {
  const { filter, sort, cursor } = input;
  const after = readCursor(cursor, sort);
  const page = await searchInstances(ctx.registry.db, filter, { sort, after, limit: INSTANCES_ON_A_PAGE });
  const views = page.items.map(listedInstanceView);
  const names = await namesOf(
    ctx.registry.db,
    views.flatMap(({ sizeOverride }) => (sizeOverride === null ? [] : [sizeOverride.actorId])),
  );
  return {
    items: views.map((view) => ({
      ...view,
      tierIsOffered: isOffered(view.instanceType),
      overrideActorName: view.sizeOverride === null ? null : (names[view.sizeOverride.actorId] ?? null),
    })),
    nextCursor: page.next === null ? null : formatInstanceCursor(page.next),
    total: page.total,
    totalIsCapped: page.totalIsCapped,
  };
});

function readCursor(text: string | undefined, sort: InstanceSort): InstanceCursor | null {
  if (text === undefined) return null;
  const cursor = parseInstanceCursor(text, sort);
  if (cursor !== null) return cursor;
  throw new Refusal('invalid_request', 'This page of the list can’t be found. Go to the first page.', {
    fields: [{ path: 'cursor', message: `is none of a list by ${sort}` }],
  });
}

/** False for a legacy tier alone. */
function isOffered(instanceType: InstanceType | null): boolean {
  return instanceType === null || instanceType === 'custom' || tierOf(instanceType).offered;
}
