/** Bounds that forms tell while something is typed. The contract's own schemas would bring all of them to the browser. */
import type { VOLUME_MAX_GB } from '@kiloclaw/platform-contract';

export const TARGET_SIZE_MAX_GB: typeof VOLUME_MAX_GB = 500;
export const REASON_MAX_CHARACTERS = 500;
export const NAME_MAX_CHARACTERS = 100;
