import { type InstanceSort, InstanceSortSchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { AtMsSchema } from './time-cursor.ts';

/** Where a page of instances ended: under this order, at this time (milliseconds since 1970) and id. */
export type InstanceCursor = { readonly sort: InstanceSort; readonly at: number; readonly id: string };

const PositionSchema = z.strictObject({
  sort: InstanceSortSchema,
  at: AtMsSchema,
  // Any UUID that Postgres takes, so that no stored id ends the paging.
  id: z.guid(),
});

/** The cursor as callers carry it, unread. */
export function formatInstanceCursor({ sort, at, id }: InstanceCursor): string {
  return `${sort}_${at}_${id}`;
}

/** Null where the text is no cursor that `formatInstanceCursor` made, or one of another order. */
export function parseInstanceCursor(text: string, sort: InstanceSort): InstanceCursor | null {
  const [, order, at, id] = /^([a-z]+_[a-z]+)_(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  const cursor = PositionSchema.safeParse({ sort: order, at, id }).data;
  return cursor?.sort === sort ? cursor : null;
}
