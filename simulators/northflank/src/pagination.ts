import type { Call, Simulation } from './route.ts';
import { invalid } from './route.ts';

const DEFAULT_PER_PAGE = 50;
const MAX_PER_PAGE = 100;
const MAX_PAGE = 1_000_000;

/** How a list tells of its other pages. */
export interface Pagination {
  hasNextPage: boolean;
  /** Where the next page begins; absent on the last one. */
  cursor?: string;
  /** Results on this page. */
  count: number;
}

/** What orders a list: the time of creation, then the id. */
interface Listed {
  createdAtMs: number;
  id: string;
}

function whole(sim: Simulation, call: Call, name: string, fallback: number, max: number): number {
  const text = call.query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw invalid(sim, name, `must be a whole number from 1 to ${max}`);
  }
  return value;
}

const cursorOf = ({ createdAtMs, id }: Listed): string =>
  Buffer.from(`${createdAtMs} ${id}`).toString('base64url');

function readCursor(sim: Simulation, cursor: string): Listed {
  const parts = /^(\d+) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, createdAtMs, id] = parts ?? [];
  if (createdAtMs === undefined || id === undefined) throw invalid(sim, 'cursor', 'is not one of this list');
  return { createdAtMs: Number(createdAtMs), id };
}

const compare = (one: Listed, other: Listed): number =>
  one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : Number(one.id > other.id));

/** One page of a list: by `cursor`, else by `page`. A cursor stays good when what it points at is deleted. */
export function pageOf<Item extends Listed>(
  sim: Simulation,
  call: Call,
  items: readonly Item[],
): { page: Item[]; pagination: Pagination } {
  const perPage = whole(sim, call, 'per_page', DEFAULT_PER_PAGE, MAX_PER_PAGE);
  const pageNumber = whole(sim, call, 'page', 1, MAX_PAGE);
  const sorted = items.toSorted(compare);
  const cursor = call.query.get('cursor');
  const after = cursor === null ? null : readCursor(sim, cursor);
  const rest =
    after === null
      ? sorted.slice((pageNumber - 1) * perPage)
      : sorted.filter((item) => compare(item, after) > 0);
  const page = rest.slice(0, perPage);
  const last = page.at(-1);
  const hasNextPage = rest.length > perPage;
  return {
    page,
    pagination: {
      hasNextPage,
      ...(hasNextPage && last ? { cursor: cursorOf(last) } : {}),
      count: page.length,
    },
  };
}
