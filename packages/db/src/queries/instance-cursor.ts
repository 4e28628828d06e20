import { z } from 'zod';
import type { InstanceRow } from '../rows.ts';

/** Where a page of instances ended: the next one holds what is older. Milliseconds. */
export type InstanceCursor = Readonly<Pick<InstanceRow, 'id' | 'createdAt'>>;

/** The last millisecond that both JavaScript and Postgres write with a year of four digits. */
const CREATED_AT_MAX_MS = 253_402_300_799_999;

const PositionSchema = z.strictObject({
  createdAt: z.coerce.number().int().min(0).max(CREATED_AT_MAX_MS),
  // Any UUID that Postgres takes, so that no stored id ends the paging.
  id: z.guid(),
});

/** The cursor as callers carry it, unread. */
export function formatInstanceCursor({ createdAt, id }: InstanceCursor): string {
  return `${createdAt}_${id}`;
}

/** Null where the text is no cursor that `formatInstanceCursor` made. */
export function parseInstanceCursor(text: string): InstanceCursor | null {
  const [, createdAt, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text) ?? [];
  return PositionSchema.safeParse({ createdAt, id }).data ?? null;
}
