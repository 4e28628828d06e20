/** The conformance suite: what every adapter must show, and how one case is run. Knows no test runner. */
import type { FleetResource } from '../provider.ts';
import type { Case } from './case.ts';
import { ABSENCE_CASES } from './cases/absence.ts';
import { FAULT_CASES } from './cases/faults.ts';
import { LIFE_CASES } from './cases/life.ts';
import { OTHERS_CASES } from './cases/others.ts';
import { REPEAT_CASES } from './cases/repeat.ts';
import { ROOM_CASES } from './cases/room.ts';
import { WORDS_CASES } from './cases/words.ts';
import { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

export type { Case } from './case.ts';
export type { Bench, Inventory, Recorded, RoomFor, Subject, Tricks } from './subject.ts';
export { Wire, type WireCall } from './wire.ts';

const CASES: readonly Case[] = [
  ...LIFE_CASES,
  ...REPEAT_CASES,
  ...OTHERS_CASES,
  ...WORDS_CASES,
  ...ROOM_CASES,
  ...ABSENCE_CASES,
  ...FAULT_CASES,
];

/** The cases that can be asked of this provider, and the names of those that can't. */
export function casesFor(subject: Subject): {
  readonly cases: readonly Case[];
  readonly without: readonly string[];
} {
  const bench = subject.open();
  const { capabilities } = bench.connect();
  const applies = ({ appliesTo }: Case) => appliesTo?.({ bench, capabilities }) ?? true;
  return {
    cases: CASES.filter(applies),
    without: CASES.filter((each) => !applies(each)).map(({ name }) => name),
  };
}

export interface CaseReport {
  readonly name: string;
  /** Null where the case has passed. */
  readonly failure: unknown;
  readonly durationMs: number;
  /** What the case made and could not delete again. */
  readonly left: readonly FleetResource[];
}

/** Runs one case and takes away what it made. `signal` ends it early: a failure, with everything taken away. */
export async function runCase(
  subject: Subject,
  { name, run }: Case,
  signal?: AbortSignal,
): Promise<CaseReport> {
  const startedAtMs = performance.now();
  const stage = new Stage(subject);
  const callOff = () => stage.callOff();
  signal?.addEventListener('abort', callOff, { once: true });
  let failure: unknown = null;
  try {
    await run(stage);
    stage.requireGoodManners();
  } catch (error) {
    failure = error;
  }
  signal?.removeEventListener('abort', callOff);
  const left = await stage.clear();
  return { name, failure, durationMs: performance.now() - startedAtMs, left };
}

/** For test runners: throws where the case fails or leaves anything. */
export async function passCase(subject: Subject, asked: Case): Promise<void> {
  const { failure, left } = await runCase(subject, asked);
  if (failure !== null) throw failure;
  if (left.length > 0)
    throw new Error(`It left behind: ${left.map(({ kind, id }) => `${kind} ${id}`).join(', ')}`);
}
