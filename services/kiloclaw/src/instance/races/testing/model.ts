/**
 * What an instance does, one thing after another: billed hardware, override, power, and what the provider has. Small
 * on purpose, and made without a line of the Instance: a history of concurrent calls has to be one of its orders.
 */

/** The offered tiers, smallest first: each is larger than the one before in RAM, in volume or in both. */
export const LADDER = ['perf-1-3', 'perf-4-8', 'perf-4-16'] as const;
export type Rung = (typeof LADDER)[number];
const VOLUME_GB: Record<Rung, number> = { 'perf-1-3': 10, 'perf-4-8': 20, 'perf-4-16': 40 };

type Apply = 'manual' | 'now';

export type Wish =
  | { readonly kind: 'resize'; readonly to: Rung; readonly apply: Apply }
  | {
      readonly kind: 'set_override';
      readonly to: 'perf-4-8' | 'perf-4-16';
      readonly apply: Apply;
      /** Milliseconds since 1970, or null where it has no end. */
      readonly expiresAt: number | null;
    }
  | { readonly kind: 'clear_override'; readonly apply: Apply }
  | { readonly kind: 'extend_volume'; readonly toGb: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'destroy' }
  /** The clock jumps, then the alarm runs. */
  | { readonly kind: 'alarm'; readonly jumpsToMs: number };

export interface Lent {
  readonly size: Rung;
  readonly expiresAt: number | null;
}

/** All that a history is judged by when everything has come to rest. */
export interface Picture {
  readonly status: 'running' | 'stopped' | 'destroying' | 'destroyed';
  readonly instanceType: Rung | 'custom';
  readonly machineSize: Rung;
  readonly volumeSizeGb: number;
  readonly override: Lent | null;
  /** What the machine was last started with. */
  readonly applied: Rung | null;
  readonly atProvider: { readonly state: string; readonly size: Rung; readonly volumeSizeGb: number } | null;
}

export interface Model extends Picture {
  readonly now: number;
  /** The call whose operation runs, by its place in the history. */
  readonly slot: { readonly call: number; readonly kind: Wish['kind'] } | null;
  /** The size that the operation in the slot has decided to start the machine on. */
  readonly decided: Rung | null;
  /** Calls whose operation a destroy has ended. */
  readonly superseded: readonly number[];
}

const rank = (size: Rung) => LADDER.indexOf(size);

export function effective({ override, machineSize, now }: Model): Rung {
  return override !== null && counts(override, now) ? override.size : machineSize;
}

function counts({ expiresAt }: Lent, now: number): boolean {
  return expiresAt === null || now < expiresAt;
}

export function pendingRestart(model: Model): boolean {
  return model.status === 'running' && model.applied !== null && model.applied !== effective(model);
}

/** The first refusal of a wish as things are, or null. */
export function refusalOf(model: Model, wish: Wish): string | null {
  if (wish.kind === 'destroy' || wish.kind === 'alarm') return null;
  if (model.status === 'destroying' || model.status === 'destroyed') return 'instance_destroying';
  const isPureState =
    (wish.kind === 'set_override' || wish.kind === 'clear_override') &&
    wish.apply === 'manual' &&
    model.slot?.kind !== 'resize';
  if (model.slot !== null && !isPureState) return 'operation_in_progress';
  return policyOf(model, wish) ?? notStopped(model, wish);
}

function policyOf(model: Model, wish: Wish): string | null {
  if (wish.kind === 'resize') return upgradeRefusal(model, wish.to);
  if (wish.kind === 'extend_volume') return wish.toGb < model.volumeSizeGb ? 'volume_not_larger' : null;
  if (wish.kind !== 'set_override') return null;
  if (wish.expiresAt !== null && wish.expiresAt <= model.now) return 'invalid_request';
  return rank(wish.to) > rank(model.machineSize) ? null : 'override_not_larger';
}

function upgradeRefusal({ machineSize, volumeSizeGb }: Model, to: Rung): string | null {
  if (volumeSizeGb > VOLUME_GB[to]) return 'volume_would_shrink';
  if (rank(machineSize) > rank(to)) return 'memory_would_shrink';
  return machineSize === to && volumeSizeGb === VOLUME_GB[to] ? 'not_an_upgrade' : null;
}

function notStopped({ status }: Model, wish: Wish): string | null {
  return wish.kind === 'resize' && wish.apply === 'manual' && status === 'running'
    ? 'instance_not_stopped'
    : null;
}

/** What the operation answers at its end, as far as the model knows it. */
export type Told = Readonly<Record<string, unknown>> | null;

/** One thing that happens at once. `ends`: with it the operation is over, and tells its result. */
export interface Point {
  readonly name: string;
  readonly happen: (model: Model) => Model;
  readonly ends: boolean;
  readonly tells?: (before: Model, after: Model) => Record<string, unknown>;
}

/** What an accepted wish changes in the very moment of its acceptance. */
function begin(model: Model, wish: Wish): Model {
  if (wish.kind === 'set_override')
    return { ...model, override: { size: wish.to, expiresAt: wish.expiresAt } };
  if (wish.kind === 'clear_override') return { ...model, override: null };
  return model;
}

/** The acceptance of a wish by call number `call`, and what is still to happen after it, in this order. */
export function accept(model: Model, wish: Wish, call: number): { model: Model; rest: readonly Point[] } {
  const begun = begin(model, wish);
  if (wish.kind === 'destroy') {
    const superseded = model.slot === null ? model.superseded : [...model.superseded, model.slot.call];
    const slot = { call, kind: wish.kind };
    return { model: { ...begun, status: 'destroying', superseded, slot, decided: null }, rest: [vanish] };
  }
  const rest = restOf(begun, wish, model.override);
  const isOver = rest[0]?.name === AT_ONCE;
  return { model: isOver ? begun : { ...begun, slot: { call, kind: wish.kind } }, rest };
}

const AT_ONCE = 'at once';

function restOf(begun: Model, wish: Wish, overrideBefore: Lent | null): readonly Point[] {
  if (wish.kind === 'resize') return resizing(begun, wish);
  if (wish.kind === 'extend_volume') return [extended(wish.toGb)];
  if (wish.kind === 'start') return [decide, launch];
  if (wish.kind === 'stop') return [stop];
  if (wish.kind !== 'set_override' && wish.kind !== 'clear_override') return [];
  const tells = (_before: Model, after: Model) => ({
    [wish.kind === 'set_override' ? 'previousOverride' : 'clearedOverride']: overrideBefore,
    effectiveSize: effective(after),
    pendingRestart: pendingRestart(after),
  });
  const restarts = wish.apply === 'now' && pendingRestart(begun);
  const atOnce: Point = { name: AT_ONCE, happen: (model) => model, ends: true, tells };
  return restarts ? [decide, takeDown, { ...launch, tells }] : [atOnce];
}

const released = (model: Model): Model => ({ ...model, slot: null, decided: null });

const decide: Point = {
  name: 'decide',
  ends: false,
  happen: (model) => ({ ...model, decided: effective(model) }),
};
const takeDown: Point = {
  name: 'take down',
  ends: false,
  happen: (model) => ({ ...model, status: 'stopped' }),
};

const stop: Point = {
  name: 'stop',
  ends: true,
  happen: (model) => {
    const { atProvider } = model;
    const machine = atProvider === null ? null : { ...atProvider, state: 'stopped' };
    return released({ ...model, status: 'stopped', atProvider: machine });
  },
};

/** A machine that runs already keeps what it was started with. */
const launch: Point = {
  name: 'launch',
  ends: true,
  happen: (model) =>
    released(model.status === 'running' || model.decided === null ? model : startedOn(model, model.decided)),
};

function startedOn(model: Model, size: Rung): Model {
  const { atProvider } = model;
  const machine = atProvider === null ? null : { ...atProvider, state: 'running', size };
  return { ...model, status: 'running', applied: size, atProvider: machine };
}

/** The commit, and on a machine that ran, its start: between the two a destroy may still come. */
function resizing(begun: Model, { to, apply }: Extract<Wish, { kind: 'resize' }>): readonly Point[] {
  const restarts = apply === 'now' && begun.status === 'running';
  const commit = (model: Model): Model => {
    const volumeSizeGb = Math.max(model.volumeSizeGb, VOLUME_GB[to]);
    const atProvider = model.atProvider === null ? null : { ...model.atProvider, size: to, volumeSizeGb };
    const resized = { ...model, instanceType: to, machineSize: to, volumeSizeGb, override: null, atProvider };
    return restarts ? { ...resized, status: 'stopped', decided: to } : released(resized);
  };
  const tells = ({ instanceType, override, now }: Model) => ({
    previousTier: instanceType,
    newTier: to,
    clearedOverride: override !== null && counts(override, now) ? override : null,
    needsStart: !restarts,
  });
  const committed: Point = { name: 'commit', happen: commit, ends: !restarts, tells };
  return restarts ? [committed, launch] : [committed];
}

function extended(toGb: number): Point {
  return {
    name: 'extend',
    ends: true,
    happen: (model) => {
      const { atProvider } = model;
      const instanceType = toGb > model.volumeSizeGb ? 'custom' : model.instanceType;
      const machine = atProvider === null ? null : { ...atProvider, volumeSizeGb: toGb };
      return released({ ...model, volumeSizeGb: toGb, instanceType, atProvider: machine });
    },
    tells: (before) => ({ previousSizeGb: before.volumeSizeGb, sizeGb: toGb }),
  };
}

const vanish: Point = {
  name: 'vanish',
  ends: true,
  happen: (model) =>
    released({ ...model, status: 'destroyed', override: null, applied: null, atProvider: null }),
};

/** The alarm's own: an override past its end is cleared, unless a resize decides over it. */
export function tidied(model: Model): Model {
  const { override, now, slot, status } = model;
  const isOver = override !== null && !counts(override, now);
  const mayTidy = slot?.kind !== 'resize' && status !== 'destroying' && status !== 'destroyed';
  return isOver && mayTidy ? { ...model, override: null } : model;
}
