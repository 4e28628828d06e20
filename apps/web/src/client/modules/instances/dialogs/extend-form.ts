/** What the volume extend's form starts with, and what is wrong with it. Pure. */
import { TARGET_SIZE_MAX_GB } from './limits.ts';

const DEFAULT_STEP_GB = 5;

/** A little more than there is, as text for the field; empty where nobody knows, or where nothing larger exists. */
export function defaultTargetSize(volumeSizeGb: number | null): string {
  if (volumeSizeGb === null || volumeSizeGb >= TARGET_SIZE_MAX_GB) return '';
  return String(Math.min(volumeSizeGb + DEFAULT_STEP_GB, TARGET_SIZE_MAX_GB));
}

/** Whole GB, or null where the text is no whole number. */
export function targetSizeGbOf(text: string): number | null {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}

/** The way out, or undefined where the size will do. */
export function targetSizeProblem(text: string, volumeSizeGb: number | null): string | undefined {
  if (volumeSizeGb !== null && volumeSizeGb >= TARGET_SIZE_MAX_GB)
    return `The volume has ${volumeSizeGb} GB already: there is no larger one.`;
  const leastGb = (volumeSizeGb ?? 0) + 1;
  const sizeGb = targetSizeGbOf(text);
  if (sizeGb !== null && sizeGb >= leastGb && sizeGb <= TARGET_SIZE_MAX_GB) return undefined;
  return `Give a whole number of GB from ${leastGb} to ${TARGET_SIZE_MAX_GB}.`;
}
