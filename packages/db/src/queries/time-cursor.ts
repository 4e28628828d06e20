import { z } from 'zod';

/** The last millisecond that both JavaScript and Postgres write with a year of four digits. */
const AT_MAX_MS = 253_402_300_799_999;
const ID_MAX_LENGTH = 300;

/** A time in a cursor: milliseconds since 1970, as a number or in digits. */
export const AtMsSchema = z.coerce.number().int().min(0).max(AT_MAX_MS);

/** Where a page ended that is ordered by a time, newest first, and then by a text id. Milliseconds since 1970. */
export type TimeCursor = { readonly at: number; readonly id: string };

const PositionSchema = z.strictObject({
  at: AtMsSchema,
  id: z
    .string()
    .min(1)
    .max(ID_MAX_LENGTH)
    .regex(/^\P{Cc}+$/u),
});

/** The cursor as callers carry it, unread. */
export function formatTimeCursor({ at, id }: TimeCursor): string {
  return `${at}_${id}`;
}

/** Null where the text is no cursor that `formatTimeCursor` made. */
export function parseTimeCursor(text: string): TimeCursor | null {
  const [, at, id] = /^(\d{1,15})_(.+)$/.exec(text) ?? [];
  return PositionSchema.safeParse({ at, id }).data ?? null;
}
