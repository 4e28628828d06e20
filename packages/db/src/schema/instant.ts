import { timestamp } from 'drizzle-orm/pg-core';

/** A point in time with the precision of the objects' clocks, so that it survives the round trip exactly. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
