/** Which fields of the record each save changed, and who saved. */
import type { Deps } from '../deps.ts';
import type { InstanceStorage } from '../storage/instance-storage.ts';
import type { Writer } from './field-ownership.ts';

type Signature = Writer | 'nobody known';

const signatures = new WeakMap<InstanceStorage, Signature>();
const recorded = new Map<string, Set<Signature>>();

/** What is saved through these from now on is put down to the writer. */
export function sign({ storage }: Pick<Deps, 'storage'>, writer: Signature): void {
  signatures.set(storage, writer);
}

/** The same dependencies over, for one writer. */
export function signed(deps: Deps, writer: Signature): Deps {
  const copy = { ...deps, storage: { ...deps.storage } };
  sign(copy, writer);
  return copy;
}

function stored(storage: InstanceStorage): Record<string, unknown> | null {
  const row = storage.exec<{ state: string }>('SELECT state FROM record').at(0);
  return row === undefined ? null : (JSON.parse(row.state) as Record<string, unknown>);
}

/** Runs a save, and notes the fields that it changed; the first one of a record, which writes them all, is let be. */
export function recordSave<Value>(storage: InstanceStorage, save: () => Value): Value {
  const before = stored(storage);
  const value = save();
  const after = stored(storage);
  if (before === null || after === null) return value;
  const writer = signatures.get(storage) ?? 'nobody known';
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[field]) === JSON.stringify(after[field])) continue;
    recorded.set(field, (recorded.get(field) ?? new Set()).add(writer));
  }
  return value;
}

/** Every writer of each field so far, in order. */
export function recordedWriters(): Record<string, Signature[]> {
  return Object.fromEntries([...recorded].map(([field, writers]) => [field, [...writers].sort()]));
}
