import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppDocument, MachineRecord } from './documents.ts';
import {
  advance,
  beginCreate,
  beginDestroy,
  beginReplace,
  beginRestart,
  beginStart,
  beginStop,
  forceState,
  nextDueMs,
} from './machine-transitions.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { boundVolumeRecord, emptyAppDocument, machineRecord } from './testing/records.ts';

const settings = { ...DEFAULT_SETTINGS, createMs: 10, startMs: 20, stopMs: 30, restartMs: 25 };
const timing = { ...settings, updateMs: 40, destroyMs: 50, unbindLagMs: 60, tombstoneMs: 70 };

function documentOf(machine: MachineRecord): AppDocument {
  return { ...emptyAppDocument('a'), machines: [machine], volumes: [boundVolumeRecord()] };
}

// Every state with the moment at which it begins, found by hopping from due time to due time.
function course(machine: MachineRecord): string[] {
  const document = documentOf(machine);
  const seen = [`0 ${machine.state}`];
  for (let hops = 0; hops < 10; hops += 1) {
    const dueMs = nextDueMs(document);
    if (dueMs === null) return seen;
    advance(document, dueMs, timing);
    const state = document.machines[0]?.state ?? 'gone';
    const binding = document.volumes[0]?.attachedMachineId ?? 'unbound';
    seen.push(`${dueMs} ${state}${binding === 'm1' ? '' : ' unbound'}`);
  }
  throw new Error('the course has no end');
}

// The ids are random.
function withoutEventIds(document: AppDocument): unknown {
  return JSON.parse(JSON.stringify(document), (key, value) =>
    key === 'events' ? value.map(withoutId) : value,
  );
}

const withoutId = ({ id: _id, ...event }: { id: string }) => event;

function after(state: string, begin: (machine: MachineRecord) => void): string[] {
  const machine = machineRecord(state);
  begin(machine);
  return course(machine);
}

describe('transitions', () => {
  it.each([
    [
      'create',
      'new',
      (m: MachineRecord) => beginCreate(m, 0, timing, false),
      ['0 created', '10 starting', '30 started'],
    ],
    [
      'create with skip_launch',
      'new',
      (m: MachineRecord) => beginCreate(m, 0, timing, true),
      ['0 created', '10 created'],
    ],
    ['start', 'stopped', (m: MachineRecord) => beginStart(m, 0, timing), ['0 starting', '20 started']],
    ['stop', 'started', (m: MachineRecord) => beginStop(m, 0, timing), ['0 stopping', '30 stopped']],
    ['restart', 'started', (m: MachineRecord) => beginRestart(m, 0, timing), ['0 restarting', '25 started']],
    [
      'update',
      'started',
      (m: MachineRecord) => beginReplace(m, 0, timing, false),
      ['0 replacing', '40 started'],
    ],
    [
      'update with skip_launch',
      'started',
      (m: MachineRecord) => beginReplace(m, 0, timing, true),
      ['0 replacing', '40 stopped'],
    ],
    [
      'update of one that is down',
      'stopped',
      (m: MachineRecord) => beginReplace(m, 0, timing, false),
      ['0 replacing', '40 stopped'],
    ],
    [
      'destroy',
      'stopped',
      (m: MachineRecord) => beginDestroy(m, 0, timing),
      ['0 destroying', '50 destroyed', '110 destroyed unbound', '120 gone unbound'],
    ],
    ['a forced state', 'started', (m: MachineRecord) => forceState(m, 0, 'melted'), ['0 melted']],
  ] as const)('%s of a machine that is %s takes its documented course', (_name, state, begin, expected) => {
    expect(after(state, begin)).toEqual(expected);
  });

  it('end the same however time is cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, (momentsMs) => {
        const make = () => {
          const machine = machineRecord('stopped');
          beginDestroy(machine, 0, timing);
          return documentOf(machine);
        };
        const inSteps = make();
        for (const momentMs of [...momentsMs.sort((a, b) => a - b), 300]) advance(inSteps, momentMs, timing);
        const atOnce = make();
        advance(atOnce, 300, timing);
        expect(withoutEventIds(inSteps)).toEqual(withoutEventIds(atOnce));
        expect(nextDueMs(atOnce)).toBeNull();
      }),
    );
  });

  it('report a change only when there was one', () => {
    const machine = machineRecord('stopped');
    beginStart(machine, 0, timing);
    const document = documentOf(machine);
    expect(advance(document, 19, timing)).toBe(false);
    expect(advance(document, 20, timing)).toBe(true);
    expect(advance(document, 20, timing)).toBe(false);
  });
});
