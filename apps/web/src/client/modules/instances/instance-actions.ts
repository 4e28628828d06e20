/** Every action of an instance, with the gate's word on it. Pure. */
import type { DebugView, GatedAction } from '@kiloclaw/platform-contract';

export const ACTION_KEYS = [
  'start',
  'stop',
  'restart',
  'resize',
  'set_override',
  'clear_override',
  'extend_volume',
  'destroy',
] as const satisfies readonly GatedAction[];
export type ActionKey = (typeof ACTION_KEYS)[number];

/** Accessible names: scripts find the actions by them. */
export const ACTION_LABELS: Record<ActionKey, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  resize: 'Resize tier',
  set_override: 'Size override',
  clear_override: 'Clear size override',
  extend_volume: 'Extend volume',
  destroy: 'Destroy',
};

export type ActionTone = 'neutral' | 'lent' | 'danger';

const TONES: Partial<Record<ActionKey, ActionTone>> = {
  set_override: 'lent',
  clear_override: 'lent',
  destroy: 'danger',
};

export interface InstanceAction {
  readonly key: ActionKey;
  readonly label: string;
  readonly allowed: boolean;
  /** Why it may not be done now; null where it may. */
  readonly reason: string | null;
  readonly tone: ActionTone;
}

const NOTHING_LENT = 'There is no size override to clear.';
const DESTROYED = 'The instance has been destroyed already.';
const REFUSED = 'The control plane refuses this now.';

type Gated = Pick<DebugView, 'actions' | 'status'>;

/** `holdsOverride`: the instance or its row in the registry has one, be it past its time or unreadable. */
export function instanceActions(
  view: Gated,
  { holdsOverride }: { holdsOverride: boolean },
): InstanceAction[] {
  return ACTION_KEYS.map((key) => {
    const reason = refusalOf(view, key) ?? nothingToDo(view, key, holdsOverride);
    const tone = TONES[key] ?? 'neutral';
    return { key, label: ACTION_LABELS[key], allowed: reason === null, reason, tone };
  });
}

/** A resize of what runs is no refusal: its dialog asks whether to stop and start it. */
function refusalOf({ actions }: Gated, key: GatedAction): string | null {
  const { allowed, reason, message } = actions[key];
  if (allowed || (key === 'resize' && reason === 'instance_not_stopped')) return null;
  return message ?? REFUSED;
}

/** What the gates let through because a repetition is no error, and what would have no effect. */
function nothingToDo({ status }: Gated, key: GatedAction, isHeld: boolean): string | null {
  if (key === 'clear_override' && !isHeld) return NOTHING_LENT;
  return key === 'destroy' && status === 'destroyed' ? DESTROYED : null;
}

export interface Holder {
  readonly sizeOverride: unknown;
  readonly sizeOverrideUnreadable: boolean;
}

/** Whether there is anything that `Clear size override` would clear. */
export function holdsOverride(view: Pick<DebugView, 'sizeOverride' | 'drift'>, row: Holder): boolean {
  if (view.sizeOverride !== null || view.drift.some(({ kind }) => kind === 'override_unreadable'))
    return true;
  return row.sizeOverride !== null || row.sizeOverrideUnreadable;
}
