/** Looks for an order in which a history of concurrent calls could have happened one after another. */
import {
  accept,
  type Model,
  type Picture,
  type Point,
  refusalOf,
  type Told,
  tidied,
  type Wish,
} from './model.ts';

/** One call as it was seen from outside. Times are turns of the history. */
export interface Call {
  readonly wish: Wish;
  readonly askedAt: number;
  readonly answeredAt: number;
  /** `accepted`, or the code of the refusal. */
  readonly answer: string;
  /** When its operation had ended; the answer's time where it was refused. */
  readonly endedAt: number;
  /** How its operation ended, or null where it was refused. */
  readonly outcome: string | null;
  readonly result: Told;
}

/** Where a call stands: what is still to happen of it, `null` before its acceptance. */
type Progress = readonly Point[] | null;

interface Position {
  readonly model: Model;
  readonly progress: readonly Progress[];
  /** The earliest turn at which the next point may lie. */
  readonly turn: number;
  readonly order: readonly string[];
}

/** An order that explains the calls and the picture that they left, or null where there is none. */
export function explain(initial: Model, calls: readonly Call[], final: Picture): readonly string[] | null {
  return search({ model: initial, progress: calls.map(() => null), turn: 0, order: [] }, calls, final);
}

function search(position: Position, calls: readonly Call[], final: Picture): readonly string[] | null {
  if (position.progress.every((points) => points?.length === 0)) {
    return isLike(tidied(position.model), calls, final) ? position.order : null;
  }
  for (const [index, call] of calls.entries()) {
    for (const next of stepsFrom(position, call, index)) {
      const found = search(next, calls, final);
      if (found !== null) return found;
    }
  }
  return null;
}

function stepsFrom(position: Position, call: Call, index: number): Position[] {
  const points = position.progress[index];
  if (points === null || points === undefined) return beginnings(position, call, index);
  const [point, ...rest] = points;
  if (point === undefined) return [];
  // The operation that a destroy has ended does nothing more; what it had still to do falls away.
  if (position.model.superseded.includes(index))
    return at(position, index, call, call.endedAt, position.model, [], 'falls away');
  if (point.ends && call.outcome === 'superseded') return [];
  const model = point.happen(position.model);
  const isAnswered = call.outcome === 'succeeded' && point.tells !== undefined;
  if (isAnswered && !isTold(point.tells(position.model, model), call.result)) return [];
  return at(position, index, call, call.endedAt, model, rest, point.name);
}

function beginnings(position: Position, call: Call, index: number): Position[] {
  const { model } = position;
  const { wish } = call;
  if (wish.kind === 'alarm') {
    const jumped = { ...model, now: Math.max(model.now, wish.jumpsToMs) };
    const tidy: Point = { name: 'tidies', ends: false, happen: tidied };
    return at(position, index, call, call.askedAt, jumped, [tidy], 'jumps');
  }
  const refusal = refusalOf(model, wish);
  if (call.answer !== (refusal ?? 'accepted')) return [];
  if (refusal !== null) return at(position, index, call, call.answeredAt, model, [], refusal);
  const accepted = accept(model, wish, index);
  return at(position, index, call, call.answeredAt, accepted.model, accepted.rest, 'is accepted');
}

/** The point takes place no sooner than the call was asked, and no later than `latest`: else there is no such order. */
function at(
  position: Position,
  index: number,
  call: Call,
  latest: number,
  model: Model,
  rest: readonly Point[],
  name: string,
): Position[] {
  const turn = Math.max(position.turn, call.askedAt);
  if (turn > latest) return [];
  const progress = position.progress.map((points, other) => (other === index ? rest : points));
  return [{ model, progress, turn, order: [...position.order, `${index + 1}:${call.wish.kind} ${name}`] }];
}

function isTold(expected: Record<string, unknown>, told: Told): boolean {
  return Object.entries(expected).every(
    ([key, value]) => JSON.stringify(told?.[key]) === JSON.stringify(value),
  );
}

function isLike(model: Model, calls: readonly Call[], final: Picture): boolean {
  // The provider refuses nothing here: what was accepted succeeds, unless a destroy comes over it.
  const areOutcomes = calls.every(({ outcome }, index) => {
    const expected = model.superseded.includes(index) ? 'superseded' : 'succeeded';
    return outcome === null || outcome === expected;
  });
  return areOutcomes && pictureKey(model) === pictureKey(final);
}

function pictureKey({
  status,
  instanceType,
  machineSize,
  volumeSizeGb,
  override,
  applied,
  atProvider,
}: Picture) {
  const lent = override === null ? null : [override.size, override.expiresAt];
  const machine = atProvider === null ? null : [atProvider.state, atProvider.size, atProvider.volumeSizeGb];
  return JSON.stringify([status, instanceType, machineSize, volumeSizeGb, lent, applied, machine]);
}
