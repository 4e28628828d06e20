import { useCallback, useSyncExternalStore } from 'react';

/** Below this a table's rows become cards and dialogs become sheets; the same as Tailwind's `md`. */
const NARROW = '(width < 48rem)';
const REDUCED_MOTION = '(prefers-reduced-motion: reduce)';

function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}

export function useIsNarrow(): boolean {
  return useMediaQuery(NARROW);
}

export function usePrefersReducedMotion(): boolean {
  return useMediaQuery(REDUCED_MOTION);
}
