/** Tells the end of what was seen under way, also of what was under way when the page was loaded. */
import { useEffect, useRef } from 'react';
import type { CustomerOperation } from '../../../server/views/customer-view.ts';
import { notify } from '../../ui/toast.tsx';
import { outcomeTold } from './own-outcome.ts';

/** More are not under way at once: one is, and a few have just ended. */
const SEEN_MAX = 5;

/** `currentId`: of what is under way now. */
export function useOwnOutcomes(currentId: string | null, timeline: readonly CustomerOperation[]): void {
  const seen = useRef<readonly string[]>([]);
  useEffect(() => {
    const running = timeline.filter(({ status }) => status === 'running' || status === 'stuck');
    const ids = [...running.map(({ id }) => id), ...(currentId === null ? [] : [currentId])];
    seen.current = [...new Set([...seen.current, ...ids])].slice(-SEEN_MAX);
    for (const operation of timeline) {
      const told = seen.current.includes(operation.id) ? outcomeTold(operation) : null;
      if (told === null) continue;
      seen.current = seen.current.filter((id) => id !== operation.id);
      notify[told.tone](told.title, told.description, operation.id);
    }
  }, [currentId, timeline]);
}
