/** Loads and saves the one record. A record that does not validate is kept raw, and refuses changes. */
import { registryProjection } from '../registry-row.ts';
import { type InstanceState, STATE_SCHEMA_VERSION, StateSchema } from '../state.ts';
import { upgradeState } from '../state-upgrade.ts';
import type { InstanceStorage } from './instance-storage.ts';
import { unfinishedIsDamaged } from './operation-store.ts';

export type LoadedRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'sound'; readonly state: InstanceState }
  /** `owner` is read as far as the raw record still tells it, so that nobody else gets to see it. */
  | { readonly kind: 'damaged'; readonly owner: string | null; readonly error: string };

/** Reads the record as it is now; call it anew after every await. */
export function loadRecord(storage: InstanceStorage): LoadedRecord {
  const row = storage
    .exec<{ state: string; schema_version: number }>('SELECT state, schema_version FROM record')
    .at(0);
  if (row === undefined) return { kind: 'none' };
  let raw: unknown;
  try {
    raw = upgradeState(JSON.parse(row.state), row.schema_version);
  } catch {
    return { kind: 'damaged', owner: null, error: 'the stored record is not JSON' };
  }
  // Whatever still validates may mean something else by now, and saving it would put the version back.
  if (row.schema_version > STATE_SCHEMA_VERSION) {
    const error = `the stored record is of version ${row.schema_version}, written by a later release; this one reads up to ${STATE_SCHEMA_VERSION}: run the later release again`;
    return { kind: 'damaged', owner: ownerOf(raw), error };
  }
  const parsed = StateSchema.safeParse(raw);
  if (parsed.success && !unfinishedIsDamaged(storage)) return { kind: 'sound', state: parsed.data };
  if (parsed.success) {
    const error = 'the stored operation under way does not validate';
    return { kind: 'damaged', owner: parsed.data.userId, error };
  }
  const paths = parsed.error.issues.map((issue) => issue.path.join('.') || 'record');
  return {
    kind: 'damaged',
    owner: ownerOf(raw),
    error: `the stored record does not validate at: ${paths.join(', ')}`,
  };
}

function ownerOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !('userId' in raw)) return null;
  return typeof raw.userId === 'string' ? raw.userId : null;
}

/**
 * Saves a state, within a segment. Where anything that the registry shows has changed since `before`, the
 * registry version is raised in the same write: the debt can't be forgotten by a caller.
 */
export function saveState(
  storage: InstanceStorage,
  before: InstanceState | null,
  next: InstanceState,
  now: number,
): InstanceState {
  const shown = (state: InstanceState) => JSON.stringify(registryProjection(state));
  const changed = before === null || shown(before) !== shown(next);
  const state = changed ? { ...next, registryVersion: next.registryVersion + 1, updatedAt: now } : next;
  storage.exec(
    `INSERT INTO record (only, schema_version, state) VALUES (1, ?, ?)
     ON CONFLICT (only) DO UPDATE SET schema_version = excluded.schema_version, state = excluded.state`,
    STATE_SCHEMA_VERSION,
    JSON.stringify(StateSchema.parse(state)),
  );
  return state;
}
