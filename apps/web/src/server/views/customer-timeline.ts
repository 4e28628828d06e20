/**
 * A page of what has happened, for its customer. Pages are filled with what is shown, and continued by what was shown
 * last: a short page, or a gap in a running number, would tell that something is left out.
 */
import type { OperationPage } from '@kiloclaw/platform-contract';
import { type CustomerOperation, customerOperation } from './customer-view.ts';

/** Together more than an instance keeps. */
const SOURCE_PAGES_MAX = 20;
export const TIMELINE_PAGE_LENGTH = 20;

export interface CustomerTimeline {
  readonly items: readonly CustomerOperation[];
  /** The id of the last one, where there are more. */
  readonly nextCursor: string | null;
}

interface Asked {
  readonly ownerId: string;
  /** The id of the last one shown, or null for the newest. */
  readonly after: string | null;
}

/** `read` answers the control plane's own page from a cursor on, newest first. Empty where `after` is none of them. */
export async function customerTimeline(
  { ownerId, after }: Asked,
  read: (cursor: string | null) => Promise<OperationPage>,
): Promise<CustomerTimeline> {
  const shown: CustomerOperation[] = [];
  let isPast = after === null;
  let cursor: string | null = null;
  for (let page = 0; page < SOURCE_PAGES_MAX && shown.length <= TIMELINE_PAGE_LENGTH; page += 1) {
    const source: OperationPage = await read(cursor);
    for (const item of source.items) {
      const operation = isPast ? customerOperation(item, ownerId) : null;
      if (operation !== null) shown.push(operation);
      isPast ||= item.operation.id === after;
    }
    cursor = source.nextCursor;
    if (cursor === null) break;
  }
  const items = shown.slice(0, TIMELINE_PAGE_LENGTH);
  const last = items.at(-1);
  return { items, nextCursor: shown.length > items.length && last !== undefined ? last.id : null };
}
