/** The registry's list, page by page. */
import { INSTANCES_PAGE_MAX, type InstancePage, type RouteInput } from '@kiloclaw/platform-contract';
import type { Api } from '../../api/api.ts';

/** What is read at most: 20,000 instances. */
export const PAGES_MAX = 100;
export const INSTANCES_MAX = PAGES_MAX * INSTANCES_PAGE_MAX;

/** As one page; its `nextCursor` says whether there is more. Several pages are as large as they can be. */
export async function readPages(
  api: Api,
  filter: RouteInput<'instances'>,
  pagesMax: number,
): Promise<InstancePage> {
  const asked = pagesMax === 1 ? filter : { ...filter, limit: INSTANCES_PAGE_MAX };
  const { body: first } = await api.call('instances', asked);
  const items = [...first.items];
  let { nextCursor } = first;
  for (let page = 1; page < pagesMax && nextCursor !== null; page += 1) {
    const { body } = await api.call('instances', { ...asked, cursor: nextCursor });
    items.push(...body.items);
    nextCursor = body.nextCursor;
  }
  return { ...first, items, nextCursor };
}
