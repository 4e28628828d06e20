import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastRanAtMs, outOfMemoryAtMs } from './machine-events.ts';
import { MachineSchema } from './schemas.ts';

const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

const machineWith = (events: unknown, more: object = {}) =>
  MachineSchema.parse({ id: '148e2d1d7d1289', state: 'stopped', events, ...more });

const exitOf = (exit_event: object, timestamp: unknown = AT_MS + 900) => ({
  type: 'exit',
  timestamp,
  request: { exit_event },
});

describe('a process that was killed for want of memory', () => {
  it.each([
    [
      'by the time of its exit',
      [exitOf({ oom_killed: true, exited_at: new Date(AT_MS).toISOString() })],
      AT_MS,
    ],
    ['by the event’s time, where the exit tells none', [exitOf({ oom_killed: true })], AT_MS + 900],
    [
      'by the event’s time, where the exit’s is odd',
      [exitOf({ oom_killed: true, exited_at: 7 })],
      AT_MS + 900,
    ],
    [
      'as older hosts tell it',
      [{ type: 'exit', timestamp: AT_MS, request: { MonitorEvent: { exit_event: { oom_killed: true } } } }],
      AT_MS,
    ],
    [
      'the newest, in whatever order they come',
      [1, 3, 2].map((seconds) => exitOf({ oom_killed: true }, AT_MS + seconds * 1_000)),
      AT_MS + 3_000,
    ],
  ])('is told %s', (_what, events, expected) => {
    expect(outOfMemoryAtMs(machineWith(events))).toBe(expected);
  });

  it.each([
    ['without events', undefined],
    ['by events that are no list', 'none'],
    ['by an ordinary exit', [exitOf({ oom_killed: false, exit_code: 137 })]],
    ['by the flag on another event', [{ ...exitOf({ oom_killed: true }), type: 'start' }]],
    ['by a word instead of the flag', [exitOf({ oom_killed: 'yes' })]],
    ['at no time', [exitOf({ oom_killed: true }, 'yesterday')]],
    ['by an event of an unknown shape', [null, 7, [], { type: 'exit' }, { type: 'exit', request: 'x' }]],
  ])('is not told %s', (_what, events) => {
    expect(outOfMemoryAtMs(machineWith(events))).toBeNull();
  });

  it('is read without stumbling, whatever the events are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (events) => {
        const atMs = outOfMemoryAtMs(machineWith(events));
        expect(atMs === null || Number.isInteger(atMs)).toBe(true);
      }),
    );
  });
});

describe('when a machine last ran', () => {
  const start = (seconds: number) => ({ type: 'start', timestamp: AT_MS + seconds * 1_000 });
  const created_at = new Date(AT_MS).toISOString();

  it('is its latest start, or its making where it never started', () => {
    expect(
      lastRanAtMs(machineWith([start(9), start(12), { type: 'exit', timestamp: AT_MS * 2 }], { created_at })),
    ).toBe(AT_MS + 12_000);
    expect(lastRanAtMs(machineWith([], { created_at }))).toBe(AT_MS);
  });

  it.each(['started', 'stopping', 'replacing', 'teleporting'])('is now, while it is %s', (state) => {
    expect(lastRanAtMs(machineWith([start(1)], { state, created_at }))).toBe(Number.POSITIVE_INFINITY);
  });
});
