/** "2026-01-31 14:05 UTC" of an RFC 3339 time; null where there is none. */
export function timeWords(instant: string | null): string | null {
  if (instant === null) return null;
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
