import { join } from 'node:path';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { truthOf } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import {
  type Cell,
  CUTS,
  type Cut,
  cellsThatWentOn,
  drawMatrix,
  faultsOf,
  holdCall,
  lastSeqOf,
  nameOf,
  prepareCells,
  type Row,
  recordRows,
  untilResumed,
} from './testing/kill-matrix.ts';
import { SCENARIOS, type Scenario } from './testing/kill-scenarios.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const FLY_TOKEN = 'token-of-the-test-simulator';
const FAST = {
  createMs: 20,
  startMs: 40,
  stopMs: 40,
  restartMs: 40,
  updateMs: 0,
  // At once: how often a volume's deletion is refused, because its machine still holds it, must not depend on the hour.
  destroyMs: 0,
  unbindLagMs: 0,
  tombstoneMs: 0,
  volumeDestroyMs: 0,
};

let folder: StackFolder;
let simulator: FlySimulator;
let control: FlyControl;
let stack: StackProcess;
let ready: ReadyStack;
let rows: Row[];
const allCells: Cell[] = [];
/** By cut, then by row. */
const results = new Map<string, Map<string, string>>();

async function launch(): Promise<void> {
  const env = {
    FLY_API_TOKEN: FLY_TOKEN,
    FLY_API_BASE_URL: simulator.url,
    KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
    RECONCILE_BUSY_S: '1',
  };
  stack = new StackProcess({ folder, env });
  ready = await stack.ready();
}

function note(cut: string, row: Row, result: string): void {
  const column = results.get(cut) ?? new Map<string, string>();
  column.set(nameOf(row), result);
  results.set(cut, column);
}

/** The faults of every cell, each with its row's name. */
async function judge(cut: string, cells: readonly Cell[]): Promise<string[]> {
  const judged = await Promise.all(
    cells.map(async (cell) => {
      const faults = await faultsOf(ready.client, control, cell, rows).catch((error: Error) => [
        error.message,
      ]);
      note(cut, cell.row, faults.length === 0 ? 'ok' : 'WRONG');
      return faults.map((fault) => `${nameOf(cell.row)}: ${fault}`);
    }),
  );
  return judged.flat();
}

beforeAll(async () => {
  folder = await makeStackFolder();
  simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    settings: FAST,
  });
  control = createFlyControl(simulator.controlUrl);
  await launch();
  rows = await recordRows(ready.client, control);
}, 2 * MINUTE_MS);

afterAll(async () => {
  console.log(drawMatrix(rows ?? [], results));
  await stack?.killEverything();
  await simulator?.close();
  await folder?.remove();
}, MINUTE_MS);

afterEach(() => control.clearFaults());

describe('a stack that is killed while a call to the provider is under way', () => {
  it('has a row for every operation', () => {
    const kinds = new Set(rows.map(({ scenario }) => scenario.kind));
    expect([...kinds].sort()).toEqual([
      'clear_override',
      'destroy',
      'extend_volume',
      'provision',
      'resize',
      'restart',
      'set_override',
      'start',
      'stop',
    ]);
  });

  it.each(CUTS)(
    'ends every operation as asked, with one machine and one volume: call cut $name',
    async (cut: Cut) => {
      const cells = await prepareCells(ready.client, rows);
      allCells.push(...cells);
      // One after the other: until its call is held, nothing else may make one that the fault could take for it.
      for (const cell of cells) await holdCall(ready.client, control, cell, cut);
      expect(await cellsThatWentOn(ready.client, control, cells)).toEqual([]);

      await stack.killEverything();
      for (const { faultId } of cells) await control.release(faultId, cut.release);
      const lastSeq = await lastSeqOf(control);
      await launch();
      await untilResumed(control, cells, lastSeq);

      expect(await judge(cut.name, cells)).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});

describe('a provider whose answer is lost', () => {
  it(
    'is asked what happened, and every operation ends as asked',
    async () => {
      const cells = await prepareCells(ready.client, rows);
      allCells.push(...cells);
      const faults: string[] = [];
      // One after the other: a repeat of one cell's call would use up the fault of the next.
      for (const cell of cells) {
        const { route, nth, scenario } = cell.row;
        cell.faultId = await control.arm({ route, nth, kind: 'lose_answer' });
        await scenario.send(ready.client, cell.target);
        faults.push(...(await judge('answer lost', [cell])));
        const fired = (await control.faults()).find(({ id }) => id === cell.faultId)?.fired;
        if (fired !== 1) faults.push(`${nameOf(cell.row)}: the fault did not fire`);
      }
      expect(faults).toEqual([]);
    },
    3 * MINUTE_MS,
  );
});

describe('the whole run', () => {
  it('left one machine and one volume of every live instance, and nothing else', async () => {
    const state = await control.state();
    const contents = state.apps.map(({ name }) => truthOf(state, name));
    expect(contents.filter(({ machines, volumes }) => machines.length !== 1 || volumes.length !== 1)).toEqual(
      [],
    );
    const live = (scenario: Scenario) => scenario.kind !== 'destroy';
    const recorded = SCENARIOS.filter(live).length;
    expect(contents.length).toBe(recorded + allCells.filter(({ row }) => live(row.scenario)).length);
  });

  it('made no mutating call that has no row', async () => {
    const known = new Set(rows.map(({ route }) => route));
    const made = (await control.calls()).flatMap(({ route, mutating }) =>
      mutating && route !== null ? [route] : [],
    );
    expect([...new Set(made)].filter((route) => !known.has(route))).toEqual([]);
  });
});
