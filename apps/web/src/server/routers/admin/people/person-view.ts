import type { Person } from '@kiloclaw/db';

/** A person with times as text. */
export function personView({ createdAt, deletedAt, lastSessionAt, ...person }: Person) {
  return {
    ...person,
    createdAt: new Date(createdAt).toISOString(),
    deletedAt: instantOf(deletedAt),
    lastSessionAt: instantOf(lastSessionAt),
  };
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
