/**
 * Who may write which field of the stored state, and nobody else. `../field-ownership.test.ts` holds the table
 * against what each of them really saves.
 */
import type { SupportedOperationKind } from '../operations/kinds.ts';
import type { StateSchema } from '../state.ts';

/**
 * `accept_<kind>` is the segment that accepts an operation, `<kind>` its steps: those that undo it as well, and
 * the one whose answer comes when it has been superseded. `forget` is the deletion of a person, `alarm` whoever finds the
 * alarm gone, `fix` who takes note of it, `reseal` another key for the encryption at rest.
 */
export type Writer =
  | `accept_${SupportedOperationKind}`
  | SupportedOperationKind
  | 'reconcile'
  | 'debt'
  | 'forget'
  | 'alarm'
  | 'fix'
  | 'reseal';

/** Once the record has begun: its beginning, the acceptance of a provision or a restore, writes them all. */
const NOBODY: readonly Writer[] = [];

/** Those that may end with a machine that they have started. */
const BRINGING_UP: readonly Writer[] = [
  'provision',
  'start',
  'restart',
  'update_config',
  'resize',
  'set_override',
  'clear_override',
  'repair',
  'replace_volume',
];
const MACHINE: readonly Writer[] = [...BRINGING_UP, 'restore', 'destroy', 'reconcile'];
const POWER: readonly Writer[] = [...MACHINE, 'stop'];
const EVERY_COMMIT: readonly Writer[] = [...POWER, 'extend_volume'];
/** What the registry shows changes by these. */
const SHOWING: readonly Writer[] = [
  ...EVERY_COMMIT,
  'accept_update_config',
  'accept_set_override',
  'accept_clear_override',
  'accept_destroy',
  'debt',
  'forget',
];
/** Where nobody has recorded the hardware, whoever starts the machine learns it. */
const LEARNING: readonly Writer[] = [
  'start',
  'restart',
  'update_config',
  'restore',
  'repair',
  'replace_volume',
  'reconcile',
];

export const FIELD_WRITERS: Readonly<Record<keyof typeof StateSchema.shape, readonly Writer[]>> = {
  fleetId: NOBODY,
  instanceId: NOBODY,
  userId: NOBODY,
  sandboxId: NOBODY,
  provider: NOBODY,
  createdAt: NOBODY,
  restoredAt: NOBODY,
  name: ['accept_update_config', 'forget'],
  /** Where there was room for its volume, and where it moved to from a full host. */
  region: BRINGING_UP,
  updatedAt: SHOWING,
  startedAt: [...BRINGING_UP, 'restore', 'reconcile'],
  stoppedAt: [
    'stop',
    'restart',
    'resize',
    'set_override',
    'clear_override',
    'repair',
    'replace_volume',
    'provision',
    'destroy',
    'reconcile',
  ],
  destroyedAt: ['provision', 'destroy'],
  status: [...POWER, 'accept_destroy'],
  instanceType: [...LEARNING, 'resize', 'extend_volume'],
  machineSize: [...LEARNING, 'resize'],
  volumeSizeGb: ['restore', 'resize', 'extend_volume', 'reconcile'],
  adminMachineSizeOverride: ['accept_set_override', 'accept_clear_override', 'resize', 'destroy', 'forget'],
  /** A machine that is gone takes both along; what others put on one is what it is built as. */
  applied: MACHINE,
  built: MACHINE,
  /** Whatever a step has learned, also when its operation was superseded; the id of a machine that was lost, or is gone. */
  resources: [...MACHINE, 'stop'],
  configuration: ['accept_update_config', 'provision', 'destroy', 'reseal'],
  endpoint: POWER,
  trackedImageTag: [...BRINGING_UP, 'forget'],
  lastObservation: ['reconcile'],
  lastOutOfMemory: ['reconcile'],
  doubts: ['reconcile'],
  alarmRepairs: ['alarm', 'fix'],
  drift: [...MACHINE, 'extend_volume', 'debt', 'accept_set_override', 'accept_clear_override'],
  generation: [
    ...EVERY_COMMIT,
    'accept_start',
    'accept_stop',
    'accept_restart',
    'accept_update_config',
    'accept_resize',
    'accept_set_override',
    'accept_clear_override',
    'accept_extend_volume',
    'accept_repair',
    'accept_replace_volume',
    'accept_destroy',
  ],
  /** Raised by `saveState` itself, in the save that changes what is shown; by debt also to pass a row's. */
  registryVersion: SHOWING,
  registrySyncedVersion: ['debt'],
  unsyncedEmail: ['debt', 'forget'],
};
