/** What an audit row tells, as facts that can be read: one line a field, values in words. Pure. */
import { formatExactTime, formatMachineSize } from '../../lib/format.ts';
import { humanise } from '../instances/operation-labels.ts';

export interface Fact {
  /** "Machine size", "Asked › preset". */
  readonly name: string;
  readonly value: string;
}

export interface ChangedFact {
  readonly name: string;
  /** Null where it was not told. */
  readonly before: string | null;
  readonly after: string | null;
  readonly isChanged: boolean;
}

export const FACTS_MAX = 100;
const DEPTH_MAX = 6;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The fields of a stored value; null and what is left out have none. */
export function factsOf(value: unknown): Fact[] {
  const facts: Fact[] = [];
  collect(value, [], facts);
  return facts;
}

/** Before and after side by side. What only one of them tells is no change where the other tells nothing at all. */
export function changedFacts(before: unknown, after: unknown): ChangedFact[] {
  const old = new Map(factsOf(before).map(({ name, value }) => [name, value]));
  const fresh = new Map(factsOf(after).map(({ name, value }) => [name, value]));
  const bothTold = old.size > 0 && fresh.size > 0;
  return [...new Set([...old.keys(), ...fresh.keys()])].slice(0, FACTS_MAX).map((name) => {
    const [was, is] = [old.get(name) ?? null, fresh.get(name) ?? null];
    return { name, before: was, after: is, isChanged: bothTold && was !== is };
  });
}

function collect(value: unknown, path: readonly string[], facts: Fact[]): void {
  if (facts.length >= FACTS_MAX || value === null || value === undefined) return;
  const text = textOf(value, path.length);
  if (text !== null) {
    facts.push({ name: path.length === 0 ? 'Value' : path.map(nameOf).join(' › '), value: text });
    return;
  }
  for (const [key, each] of Object.entries(value)) collect(each, [...path, key], facts);
}

/** Null for what is taken apart into its fields. */
function textOf(value: unknown, depth: number): string | null {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && INSTANT.test(value)) return formatExactTime(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isMachineSize(value)) return formatMachineSize(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.join(', ') || 'none';
  return depth >= DEPTH_MAX ? JSON.stringify(value) : null;
}

function isMachineSize(value: object): value is { cpus: number; memory_mb: number } {
  return (
    'cpus' in value &&
    typeof value.cpus === 'number' &&
    'memory_mb' in value &&
    typeof value.memory_mb === 'number'
  );
}

/** `volumeSizeGb` and `volume_size_gb` are "Volume size gb" to a reader. */
function nameOf(key: string): string {
  return humanise(key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
