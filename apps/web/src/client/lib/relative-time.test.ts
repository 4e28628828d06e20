import { describe, expect, it } from 'vitest';
import { formatRelativeTime } from './relative-time.ts';

const SECOND_S = 1;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const nowMs = Date.UTC(2026, 10, 23, 16, 0, 0);

const after = (seconds: number) => formatRelativeTime(new Date(nowMs + seconds * 1_000).toISOString(), nowMs);

describe('a relative time', () => {
  it.each([
    [0, 'just now'],
    [-59 * SECOND_S, 'just now'],
    [-MINUTE_S, '1 minute ago'],
    [-HOUR_S + 1, '59 minutes ago'],
    [-HOUR_S, '1 hour ago'],
    [-DAY_S, 'yesterday'],
    [-7 * DAY_S, '7 days ago'],
    [-65 * DAY_S, '2 months ago'],
    [-800 * DAY_S, '2 years ago'],
    [45 * SECOND_S, 'in less than a minute'],
    [2 * HOUR_S, 'in 2 hours'],
    [DAY_S, 'tomorrow'],
    [7 * DAY_S - 20, 'in 7 days'],
    [DAY_S - 20, 'in 24 hours'],
    [HOUR_S - 20, 'in 60 minutes'],
    [-7 * DAY_S + 20, '6 days ago'],
  ])('of %d s from now is "%s"', (seconds, text) => {
    expect(after(seconds)).toBe(text);
  });
  it("takes what seems to lie a little ahead for what has just happened: the reader's clock is behind", () => {
    expect(after(20)).toBe('just now');
  });
});
