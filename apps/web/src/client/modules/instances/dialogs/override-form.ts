/** What the size override's form holds, and what is wrong with it. Pure. */
import { REASON_MAX_CHARACTERS } from './limits.ts';

export const EXPIRIES = [
  { value: 'none', label: 'None', afterMs: null },
  { value: '1h', label: '1 h', afterMs: 3_600_000 },
  { value: '24h', label: '24 h', afterMs: 86_400_000 },
  { value: '7d', label: '7 days', afterMs: 604_800_000 },
  { value: 'date', label: 'Date', afterMs: null },
] as const;
export type Expiry = (typeof EXPIRIES)[number]['value'];

export interface OverrideForm {
  /** '' until one is chosen. */
  preset: string;
  reason: string;
  expiry: Expiry;
  /** As a `datetime-local` field has it: in the reader's own time zone. */
  expiryDate: string;
  restartNow: boolean;
}

/** When the size is to be taken back, RFC 3339; undefined for never, or while the date is none. */
export function expiresAtOf(
  { expiry, expiryDate }: Pick<OverrideForm, 'expiry' | 'expiryDate'>,
  nowMs: number,
): string | undefined {
  if (expiry === 'date') {
    const atMs = Date.parse(expiryDate);
    return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
  }
  const afterMs = EXPIRIES.find(({ value }) => value === expiry)?.afterMs ?? null;
  return afterMs === null ? undefined : new Date(nowMs + afterMs).toISOString();
}

/** The way out, or undefined where the reason will do. Characters are counted as people do. */
export function reasonProblem(reason: string): string | undefined {
  const length = Array.from(reason.trim()).length;
  if (length === 0) return 'Say why the size is lent.';
  if (length <= REASON_MAX_CHARACTERS) return undefined;
  return `Shorten the reason to ${REASON_MAX_CHARACTERS} characters: it has ${length}.`;
}

/** How far ahead it may be is the server's to say. */
export function expiryProblem(
  { expiry, expiryDate }: Pick<OverrideForm, 'expiry' | 'expiryDate'>,
  nowMs: number,
): string | undefined {
  if (expiry !== 'date') return undefined;
  const expiresAt = expiresAtOf({ expiry, expiryDate }, nowMs);
  if (expiresAt === undefined) return 'Say when the size is to be taken back.';
  return Date.parse(expiresAt) <= nowMs ? 'Choose a time that is still to come.' : undefined;
}

/** The first thing that is missing, in the order of the form. */
export function overrideProblem(form: OverrideForm, nowMs: number): string | undefined {
  if (form.preset === '') return 'Choose a size first.';
  return reasonProblem(form.reason) ?? expiryProblem(form, nowMs);
}
