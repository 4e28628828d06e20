import type { ExtraConfigColumn } from 'drizzle-orm/pg-core';

/**
 * The order of every list: newest first, then by id. Both descend, so that a page begins at the row comparison
 * `(at, id) < (cursor)`; NULLS FIRST is what a plain `ORDER BY … DESC` means, and an index of the other kind goes unused.
 */
export const newestFirst = (at: ExtraConfigColumn, id: ExtraConfigColumn) =>
  [at.desc().nullsFirst(), id.desc().nullsFirst()] as const;
