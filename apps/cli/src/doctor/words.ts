/** Of each kind of finding: how bad it is, what it is, what to do, and what `--fix` may do about it. */
import type { DoctorFinding, DoctorKind } from './finding.ts';

export const SEVERITIES = ['error', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * `safe` loses nothing, and is done without asking. `retry`: so is a new try of what is stuck. `ask` may lose something, and
 * a person is asked each time. `none`: what it takes is a command of its own.
 */
export type FixWay = 'safe' | 'retry' | 'ask' | 'none';

export interface KindWords {
  readonly severity: Severity;
  readonly fix: FixWay;
  /** One sentence. */
  readonly what: string;
  /** One sentence; INSTANCE and the like stand for what the finding names. */
  readonly toDo: string;
}

const BY_FIX = '`kiloclaw doctor --fix` does it';

const WORDS: Readonly<Record<DoctorKind, KindWords>> = {
  volume_missing: {
    severity: 'error',
    fix: 'none',
    what: 'The provider no longer has the instance’s volume: its data is gone, or out of reach.',
    toDo: 'Look for it at the provider first; `kiloclaw replace-volume INSTANCE` then gives it a new, empty one.',
  },
  volume_not_mounted: {
    severity: 'error',
    fix: 'ask',
    what: 'The machine is not on its own volume: what it writes is lost with it.',
    toDo: '`kiloclaw repair INSTANCE volume_not_mounted remount` makes the machine anew on its volume, with downtime.',
  },
  duplicate_machines: {
    severity: 'error',
    fix: 'ask',
    what: 'The instance has more than one machine at its provider, each of which costs.',
    toDo: '`kiloclaw repair INSTANCE duplicate_machines keep:MACHINE` keeps the one and deletes the others.',
  },
  volume_below_state: {
    severity: 'error',
    fix: 'none',
    what: 'The volume is smaller at the provider than it was recorded: volumes don’t shrink, so that it may be another one.',
    toDo: 'Compare its id at the provider with `kiloclaw instances get INSTANCE --live`.',
  },
  record_lost: {
    severity: 'error',
    fix: 'safe',
    what: 'The instance’s object has lost its record, and the registry still has its row.',
    toDo: `It is brought back from the row and the provider by any call of its owner; ${BY_FIX}.`,
  },
  state_invalid: {
    severity: 'error',
    fix: 'none',
    what: 'What the instance’s object has stored does not validate: it refuses every change, and keeps the record as it is.',
    toDo: 'A release that can read it brings it back; `kiloclaw instances get INSTANCE` names the fields.',
  },
  owner_differs: {
    severity: 'error',
    fix: 'none',
    what: 'The registry names another owner than the instance’s object knows: somebody else has written the row.',
    toDo: 'Correct user_id in the row; nobody but the owner whom the object knows is let in.',
  },
  no_answer: {
    severity: 'error',
    fix: 'none',
    what: 'The instance’s object did not answer in time, so that nobody can tell how it is.',
    toDo: 'Run the doctor again; if it stays silent, look for its id in the log of the control plane.',
  },
  operation_stuck: {
    severity: 'error',
    fix: 'retry',
    what: 'An operation can’t come to its end, and is tried ever more slowly.',
    toDo: `See why with \`kiloclaw ops list INSTANCE\`, then \`kiloclaw ops retry INSTANCE OPERATION\`; ${BY_FIX}.`,
  },
  operation_overdue: {
    severity: 'warning',
    fix: 'safe',
    what: 'An operation runs for longer than one has, and has not given up.',
    toDo: `See where it is with \`kiloclaw ops watch INSTANCE OPERATION\`; waking it up loses nothing: ${BY_FIX}.`,
  },
  alarm_late: {
    severity: 'error',
    fix: 'safe',
    what: 'The instance’s alarm should have run long ago: nobody looks at it meanwhile.',
    toDo: `After a downtime it catches up by itself; else look at the log of the control plane. To wake it up: ${BY_FIX}.`,
  },
  alarm_repaired: {
    severity: 'warning',
    fix: 'safe',
    what: 'The instance’s alarm was gone, and had to be set anew: until then nobody looked at it.',
    toDo: `Nothing is left to do; if it comes again, look at the log of the control plane. To take note of it: ${BY_FIX}.`,
  },
  registry_debt: {
    severity: 'warning',
    fix: 'safe',
    what: 'The registry has been behind the instance for longer than a payment takes.',
    toDo: `Is Postgres there, and are its rights as they should be? To pay now: ${BY_FIX}.`,
  },
  registry_rejected: {
    severity: 'error',
    fix: 'safe',
    what: 'Postgres has refused the instance’s row for good, so that the registry shows an older one.',
    toDo: `The details say what refused it; once that is mended, ${BY_FIX}.`,
  },
  phantom_override: {
    severity: 'error',
    fix: 'safe',
    what: 'Row and object don’t agree on whether there is a size override; the object decides what the machine gets.',
    toDo: `The row is written anew from the object: ${BY_FIX}.`,
  },
  row_differs: {
    severity: 'warning',
    fix: 'safe',
    what: 'The row is not the one that the instance’s object last wrote: somebody else has, or a backup was restored.',
    toDo: `The row is written anew from the object: ${BY_FIX}, and so does the daily sweep.`,
  },
  row_missing: {
    severity: 'error',
    fix: 'ask',
    what: 'The instance lives and has resources, and the registry has no row of it: no list shows it.',
    toDo: 'Any change by its owner writes the row anew; `kiloclaw doctor --fix` asks who that is.',
  },
  size_differs: {
    severity: 'warning',
    fix: 'none',
    what: 'The machine runs on another size than it was started with, or than was asked for.',
    toDo: '`kiloclaw instances restart INSTANCE` gives it the size that it should have.',
  },
  clamped: {
    severity: 'notice',
    fix: 'none',
    what: 'The host or plan had less than was asked for, and that is what the machine got.',
    toDo: 'Give the host more, or resize the instance to what there is.',
  },
  volume_above_tier: {
    severity: 'notice',
    fix: 'none',
    what: 'The volume is larger than its tier’s: it was grown, and its label was left.',
    toDo: 'Nothing has to be done; a resize to a tier with that much disk ends it.',
  },
  volume_below_tier: {
    severity: 'notice',
    fix: 'none',
    what: 'The volume is smaller than its tier’s.',
    toDo: '`kiloclaw volume extend INSTANCE SIZE_GB` gives it what the tier has.',
  },
  volume_needs_restart: {
    severity: 'notice',
    fix: 'none',
    what: 'The disk has grown, and the machine sees that after its next restart.',
    toDo: '`kiloclaw instances restart INSTANCE`, when its owner can do without it for a moment.',
  },
  retired_volume: {
    severity: 'notice',
    fix: 'ask',
    what: 'A volume that the instance has left is kept with its data, and costs.',
    toDo: '`kiloclaw repair INSTANCE retired_volume delete:VOLUME` lets it go, with its data.',
  },
  override_unreadable: {
    severity: 'warning',
    fix: 'none',
    what: 'The override in the row could not be read when the instance was brought back: it is not in force.',
    toDo: 'Set it anew with `kiloclaw override set INSTANCE`, or say that there is none with `kiloclaw override clear INSTANCE`.',
  },
  adopted: {
    severity: 'warning',
    fix: 'none',
    what: 'Something had changed at the provider behind KiloClaw’s back; the record now says so.',
    toDo: 'Nothing is left to do; a machine that is gone comes back with `kiloclaw instances start INSTANCE`.',
  },
  provider_silent: {
    severity: 'warning',
    fix: 'none',
    what: 'The provider did not answer when this instance looked, so that nobody can tell what is there.',
    toDo: 'Run the doctor again when the provider is back.',
  },
  orphan: {
    severity: 'warning',
    fix: 'ask',
    what: 'It lies at the provider with this fleet’s mark, and no instance claims it: it costs, and serves nobody.',
    toDo: '`kiloclaw orphans delete` deletes what is named; of a volume, with its data.',
  },
  unattributed: {
    severity: 'warning',
    fix: 'none',
    what: 'It bears this fleet’s mark at the provider, and names no instance that lives there.',
    toDo: 'Find out by hand, at the provider, whose it is.',
  },
  resources_missing: {
    severity: 'error',
    fix: 'none',
    what: 'The registry has the instance, and its provider lacks what is its own.',
    toDo: '`kiloclaw instances get INSTANCE --live` looks again, and says what can be done.',
  },
};

const UNKNOWN: KindWords = {
  severity: 'warning',
  fix: 'none',
  what: 'The control plane has found something that this release of the CLI has no words for.',
  toDo: 'See the details, and a newer release of the CLI.',
};

export const DOCTOR_KINDS = Object.keys(WORDS) as DoctorKind[];

export function wordsOf({ kind }: Pick<DoctorFinding, 'kind'>): KindWords {
  return Object.hasOwn(WORDS, kind) ? WORDS[kind as DoctorKind] : UNKNOWN;
}
