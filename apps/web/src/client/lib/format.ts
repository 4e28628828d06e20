/** How figures are written, everywhere the same. */

const LOCALE = 'en-GB';
const MB_PER_GB = 1_024;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Stands where a figure isn't known, or doesn't apply. */
export const NONE = '—';

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const withOneDigit = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const exactTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });

/** "8 GB", "1.5 GB", "512 MB". */
export function formatMemory(memoryMb: number): string {
  return memoryMb < MB_PER_GB ? `${whole.format(memoryMb)} MB` : formatGb(memoryMb / MB_PER_GB);
}

/** "20 GB"; a dash where the size isn't known. */
export function formatGb(sizeGb: number | null): string {
  return sizeGb === null ? NONE : `${withOneDigit.format(sizeGb)} GB`;
}

/** "4 CPU · 8 GB"; a dash where the size isn't known. */
export function formatMachineSize(size: { cpus: number; memory_mb: number } | null): string {
  return size === null ? NONE : `${whole.format(size.cpus)} CPU · ${formatMemory(size.memory_mb)}`;
}

/** "1,204"; "10,000+" where the count is capped. */
export function formatCount(count: number, isCapped = false): string {
  return `${whole.format(count)}${isCapped ? '+' : ''}`;
}

/** "1 instance", "10,000+ instances": the noun follows the count. */
export function formatCountOf(count: number, one: string, many = `${one}s`, isCapped = false): string {
  return `${formatCount(count, isCapped)} ${count === 1 && !isCapped ? one : many}`;
}

/** "340 ms", "12 s", "3 min 5 s", "2 h 10 min", "4 d 6 h": two units at most, rounded down. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.floor(durationMs));
  if (ms < SECOND_MS) return `${ms} ms`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return twoUnits(ms, MINUTE_MS, 'min', SECOND_MS, 's');
  if (ms < DAY_MS) return twoUnits(ms, HOUR_MS, 'h', MINUTE_MS, 'min');
  return twoUnits(ms, DAY_MS, 'd', HOUR_MS, 'h');
}

function twoUnits(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const smalls = Math.floor((ms % largeMs) / smallMs);
  const text = `${whole.format(Math.floor(ms / largeMs))} ${large}`;
  return smalls === 0 ? text : `${text} ${smalls} ${small}`;
}

/** "23 Nov 2026, 16:15:13 UTC", in the reader's time zone. */
export function formatExactTime(instant: string): string {
  return exactTime.format(new Date(instant));
}
