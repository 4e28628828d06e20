/** When a size override ends by itself, as people say it. */
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Cli } from '../../cli.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const Rfc3339Schema = z.iso.datetime({ offset: true });

/** A parser to RFC 3339: of a time from now (12h, 7d), or of one that is that already. */
export function parseExpiry({ surroundings }: Pick<Cli, 'surroundings'>): (text: string) => string {
  return (text) => {
    const [, count, unit = ''] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
    if (count !== undefined)
      return new Date(surroundings.now() + Number(count) * (UNIT_MS[unit] ?? 0)).toISOString();
    if (Rfc3339Schema.safeParse(text).success) return text;
    throw new InvalidArgumentError('must be hours (12h), days (7d), or a time such as 2026-01-31T18:00:00Z');
  };
}
