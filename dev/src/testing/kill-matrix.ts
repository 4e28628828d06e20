/** The cells of the kill matrix: which call of which operation is cut, how, and what came of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import {
  debugView,
  FlyResourcesSchema,
  flyResources,
  newTarget,
  resourcesOf,
  type Target,
  untilEnded,
} from './fleet.ts';
import type { FlyControl, FlyFaultKind, ReleaseMode } from './fly-control.ts';
import { SCENARIOS, type Scenario } from './kill-scenarios.ts';

const HELD_TIMEOUT_MS = 15_000;
const ENDED_TIMEOUT_MS = 60_000;
const RESUMED_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** One mutating call that a scenario makes: the nth of its route. */
export interface Row {
  readonly scenario: Scenario;
  readonly route: string;
  readonly nth: number;
}

export interface Cut {
  readonly name: string;
  readonly kind: FlyFaultKind;
  /** What becomes of the held call after the kill. */
  readonly release: ReleaseMode;
}

export const CUTS: readonly Cut[] = [
  { name: 'before, lost', kind: 'hold_before', release: 'drop' },
  { name: 'before, late', kind: 'hold_before', release: 'proceed' },
  { name: 'after, lost', kind: 'hold_after', release: 'drop' },
];

/** A row with an instance of its own, and the fault that cuts it. */
export interface Cell {
  readonly row: Row;
  readonly target: Target;
  faultId: string;
  /** Known as soon as the instance is: it names its app before it makes it. */
  appName: string;
}

export function nameOf({ scenario, route, nth }: Row): string {
  return `${scenario.name}: ${route}${nth > 1 ? ` (${nth})` : ''}`;
}

/** Runs every scenario undisturbed and reads from the simulator which mutating calls it makes, in their order. */
export async function recordRows(client: PlatformClient, control: FlyControl): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of SCENARIOS) {
    const target = newTarget('record');
    await scenario.prepare(client, target);
    const lastSeq = await lastSeqOf(control);
    await scenario.send(client, target);
    const operation = await untilEnded(client, target, scenario.kind, ENDED_TIMEOUT_MS);
    if (operation.status !== 'succeeded')
      throw new Error(`Undisturbed, ${scenario.name} ended ${operation.status}.`);
    const counts = new Map<string, number>();
    for (const { seq, route, mutating } of await control.calls()) {
      if (seq <= lastSeq || !mutating || route === null) continue;
      const nth = (counts.get(route) ?? 0) + 1;
      counts.set(route, nth);
      rows.push({ scenario, route, nth });
    }
  }
  return rows;
}

export async function prepareCells(client: PlatformClient, rows: readonly Row[]): Promise<Cell[]> {
  const cells = rows.map((row) => ({ row, target: newTarget('kill'), faultId: '', appName: '' }));
  await Promise.all(
    cells.map(async (cell) => {
      const { row, target } = cell;
      await row.scenario.prepare(client, target);
      // A tombstone no longer tells it.
      if (row.scenario.kind !== 'provision') cell.appName = (await flyResources(client, target)).appName;
    }),
  );
  return cells;
}

/** Sends the cell's request and resolves when its call is held; only then may the next cell be armed. */
export async function holdCall(
  client: PlatformClient,
  control: FlyControl,
  cell: Cell,
  cut: Cut,
): Promise<void> {
  const { route, nth, scenario } = cell.row;
  cell.faultId = await control.arm({ route, nth, kind: cut.kind });
  // The stack is killed while the answer is awaited.
  void scenario.send(client, cell.target).catch(() => undefined);
  await control.untilHeld(cell.faultId, HELD_TIMEOUT_MS).catch((error: unknown) => {
    throw new Error(`${nameOf(cell.row)} was not held`, { cause: error });
  });
}

/** Names the cells whose held call is no longer the last one of their app: their operation had gone on before the kill. */
export async function cellsThatWentOn(
  client: PlatformClient,
  control: FlyControl,
  cells: readonly Cell[],
): Promise<string[]> {
  // Read before the instances are asked: an instance that is asked looks at its machine.
  const calls = await control.calls();
  for (const cell of cells) {
    if (cell.appName === '') cell.appName = (await flyResources(client, cell.target)).appName;
  }
  const wentOn = cells.filter(({ appName, faultId }) => {
    const held = calls.find((call) => call.faultId === faultId);
    return held === undefined || calls.some(({ path, seq }) => seq > held.seq && path.includes(appName));
  });
  return wentOn.map(({ row }) => nameOf(row));
}

/** Waits until every cell's instance has spoken to its app again, though nobody asked it to: its alarm woke it. */
export async function untilResumed(
  control: FlyControl,
  cells: readonly Cell[],
  lastSeq: number,
): Promise<void> {
  const deadline = Date.now() + RESUMED_TIMEOUT_MS;
  let asleep = [...cells];
  while (asleep.length > 0) {
    if (Date.now() > deadline) {
      throw new Error(`Not resumed by themselves: ${asleep.map(({ row }) => nameOf(row)).join('; ')}`);
    }
    await delay(POLL_MS);
    const later = (await control.calls()).filter(({ seq }) => seq > lastSeq);
    asleep = asleep.filter(({ appName }) => !later.some(({ path }) => path.includes(appName)));
  }
}

export async function lastSeqOf(control: FlyControl): Promise<number> {
  return (await control.calls()).at(-1)?.seq ?? 0;
}

/** The calls that changed something after the cut and are in no row of the scenario: repairs of what should not have happened. */
async function callsWithoutRow(control: FlyControl, cell: Cell, rows: readonly Row[]): Promise<string[]> {
  const calls = await control.calls();
  const cutAt = calls.find(({ faultId }) => faultId === cell.faultId)?.seq ?? 0;
  const known = new Set(
    rows.filter(({ scenario }) => scenario === cell.row.scenario).map(({ route }) => route),
  );
  const made = calls.filter(
    ({ seq, mutating, path }) => seq > cutAt && mutating && path.includes(cell.appName),
  );
  return [...new Set(made.flatMap(({ route }) => (route === null || known.has(route) ? [] : [route])))];
}

/** What is there, by the instance's own word and at the simulator: machine by machine, volume by volume. */
async function settledHardware(client: PlatformClient, control: FlyControl, cell: Cell) {
  const view = await debugView(client, cell.target);
  const { appName, machineId, volumeId } = FlyResourcesSchema.parse(view.providerState);
  if (cell.appName === '') cell.appName = appName;
  const { apps, machines, volumes } = resourcesOf(await control.state(), cell.appName);
  const { status, instanceType, machineSize, effectiveSize, volumeSizeGb, pendingRestart } = view;
  return {
    known: { machineId, volumeId },
    recorded: { status, instanceType, machineSize, effectiveSize, volumeSizeGb, pendingRestart },
    there: {
      apps: apps.length,
      machines: machines.map(({ id, config }) => ({ id, size: config.guest })),
      volumes: volumes.map(({ id, size_gb }) => ({ id, sizeGb: size_gb })),
    },
  };
}

/** What is wrong with a cell after the dust has settled; empty where everything is as it must be. */
export async function faultsOf(
  client: PlatformClient,
  control: FlyControl,
  cell: Cell,
  rows: readonly Row[],
): Promise<string[]> {
  const { kind, wanted } = cell.row.scenario;
  const operation = await untilEnded(client, cell.target, kind, ENDED_TIMEOUT_MS);
  const { known, recorded, there } = await settledHardware(client, control, cell);
  const calledFor =
    wanted === null
      ? { apps: 0, machines: [], volumes: [] }
      : {
          apps: 1,
          machines: [{ id: known.machineId, size: wanted.effectiveSize }],
          volumes: [{ id: known.volumeId, sizeGb: wanted.volumeSizeGb }],
        };
  const faults: string[] = [];
  if (operation.status !== 'succeeded') faults.push(`ended ${JSON.stringify(operation)}`);
  if (!isDeepStrictEqual(there, calledFor)) {
    faults.push(`Fly has ${JSON.stringify(there)}, and ${JSON.stringify(calledFor)} is called for`);
  }
  if (wanted !== null && !isDeepStrictEqual(recorded, wanted)) {
    faults.push(`debug-status says ${JSON.stringify(recorded)}, and ${JSON.stringify(wanted)} was asked for`);
  }
  const surprises = await callsWithoutRow(control, cell, rows);
  if (surprises.length > 0) faults.push(`made calls that have no row: ${surprises.join(', ')}`);
  return faults;
}

/** Cells by row and cut, as lines of a table. */
export function drawMatrix(
  rows: readonly Row[],
  results: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string {
  const cuts = [...results.keys()];
  const width = Math.max(...rows.map((row) => nameOf(row).length));
  const line = (first: string, rest: readonly string[]) =>
    `${first.padEnd(width)}  ${rest.map((text) => text.padEnd(14)).join('')}`.trimEnd();
  return [
    line('', cuts),
    ...rows.map((row) =>
      line(
        nameOf(row),
        cuts.map((cut) => results.get(cut)?.get(nameOf(row)) ?? '-'),
      ),
    ),
  ].join('\n');
}
