import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppDocument } from './documents.ts';
import { beginStart } from './machine-transitions.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { Store } from './store.ts';
import { emptyAppDocument, machineRecord } from './testing/records.ts';

let dir: string;
let clock: ManualClock;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fly-store-'));
  clock = new ManualClock();
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => new Store(dir, clock, () => DEFAULT_SETTINGS);

function setNetwork(store: Store, network: string): void {
  store.change('one', (draft) => {
    draft.app.network = network;
  });
}

describe('store', () => {
  it('has a change on disk when the call returns', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    setNetwork(store, 'changed');
    expect(readdirSync(dir)).toEqual(['one.json']);
    expect(JSON.parse(readFileSync(join(dir, 'one.json'), 'utf8'))).toMatchObject({
      app: { network: 'changed' },
    });
    store.close();
    expect(open().read('one').app.network).toBe('changed');
  });

  it('keeps nothing of a change that throws', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    expect(() =>
      store.change('one', (draft) => {
        draft.app.network = 'half';
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(store.read('one').app.network).toBe('n');
  });

  it('does not show a change that could not be written', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    rmSync(dir, { recursive: true });
    expect(() => setNetwork(store, 'lost')).toThrow();
    expect(store.read('one').app.network).toBe('n');
  });

  it('forgets a removed app on disk too', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    store.remove('one');
    expect(store.find('one')).toBeNull();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('tells subscribers of each change and of the removal, until they leave', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    let told = 0;
    const leave = store.subscribe('one', () => {
      told += 1;
    });
    setNetwork(store, 'x');
    store.remove('one');
    expect(told).toBe(2);
    leave();
    store.add(emptyAppDocument('one'));
    expect(told).toBe(2);
  });

  it('writes nothing after it was closed', () => {
    const store = open();
    store.add(emptyAppDocument('one'));
    store.close();
    expect(() => setNetwork(store, 'late')).toThrow('closed');
    expect(clock.pending).toBe(0);
  });

  it('completes a transition although timers come early', () => {
    const early: Clock = {
      nowMs: () => clock.nowMs(),
      setTimer: (afterMs, callback) => clock.setTimer(Math.ceil(afterMs / 2), callback),
    };
    const store = new Store(dir, early, () => DEFAULT_SETTINGS);
    store.add(emptyAppDocument('one'));
    store.change('one', (draft) => {
      const machine = machineRecord('stopped');
      beginStart(machine, clock.nowMs(), DEFAULT_SETTINGS);
      draft.machines.push(machine);
    });
    clock.move(DEFAULT_SETTINGS.startMs);
    // Read from disk: a read of the store would settle by itself.
    const onDisk = JSON.parse(readFileSync(join(dir, 'one.json'), 'utf8')) as AppDocument;
    expect(onDisk.machines[0]?.state).toBe('started');
    expect(clock.pending).toBe(0);
  });

  it('reads files from before there were hosts, leases and events', () => {
    const app = { id: 'a', numericId: 1, name: 'one', orgSlug: 'o', network: 'n', createdAtMs: 0 };
    const both = { region: 'iad', name: 'x', createdAtMs: 0, goneAtMs: null };
    const machine = {
      ...both,
      id: 'm1',
      state: 'started',
      upcoming: [],
      instanceId: 'V1',
      replacedVersions: [],
    };
    const volume = {
      ...both,
      id: 'vol_1',
      zone: '0000',
      state: 'created',
      sizeGb: 1,
      encrypted: true,
      fstype: 'ext4',
    };
    const content = {
      app,
      machines: [
        { ...machine, config: { guest: { cpus: 2, memory_mb: 512 } }, privateIp: '', updatedAtMs: 0 },
      ],
      volumes: [
        {
          ...volume,
          snapshotRetention: 5,
          autoBackupEnabled: true,
          attachedMachineId: 'm1',
          unbindAtMs: null,
        },
      ],
    };
    writeFileSync(join(dir, 'one.json'), JSON.stringify(content));
    const store = open();
    expect(store.read('one').machines[0]).toMatchObject({ id: 'm1', events: [], lease: null });
    expect(store.occupancy.onHost('iad-1')).toEqual({ cpus: 2, memoryMb: 512 });
    store.close();
  });

  it('removes what a killed write left behind', () => {
    writeFileSync(join(dir, 'one.json.tmp'), '{"half');
    open();
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([
    ['{"half', 'not JSON'],
    ['{"app": {"half": 1}}', 'app.id: '],
  ])('names the file that it cannot read (%s) and why, without quoting it', (content, why) => {
    writeFileSync(join(dir, 'one.json'), content);
    expect(open).toThrow(/^the state file .*one\.json cannot be read \(.*\): remove it$/);
    expect(open).toThrow(why);
    expect(open).not.toThrow('half');
  });

  it('names a path that is no folder', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => new Store(file, clock, () => DEFAULT_SETTINGS)).toThrow(
      /^the state folder .* cannot be written \(EEXIST\)/,
    );
  });
});
