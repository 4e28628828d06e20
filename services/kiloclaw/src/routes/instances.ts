/** The registry's list of instances. It answers from Postgres alone, and wakes no instance. */
import {
  formatInstanceCursor,
  listedInstanceView,
  parseInstanceCursor,
  RegistryUnavailable,
} from '@kiloclaw/db';
import { type InstancePage, type InstanceSort, ROUTES } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { searchRegistry } from '../registry/registry-reader.ts';

export function instancesRoute(app: Hono<AppContext>): void {
  app.get(ROUTES.instances.path, async (c) => {
    const { cursor, limit, sort, ...filter } = await readInput(c, 'instances');
    const after = cursor === undefined ? null : readCursor(cursor, sort);
    const found = await searchRegistry(c.env, filter, { sort, after, limit }).catch(refuseWithoutRegistry);
    const page: InstancePage = {
      items: found.items.map(listedInstanceView),
      nextCursor: found.next === null ? null : formatInstanceCursor(found.next),
      total: found.total,
      totalIsCapped: found.totalIsCapped,
    };
    return c.json(page);
  });
}

function readCursor(text: string, sort: InstanceSort) {
  const cursor = parseInstanceCursor(text, sort);
  if (cursor !== null) return cursor;
  const message =
    'must be the nextCursor of an earlier page under the same sort; leave it out for the first one';
  throw new ApiError('invalid_request', `The request can't be used: cursor: ${message}.`, {
    fields: [{ path: 'cursor', message }],
  });
}

function refuseWithoutRegistry(error: unknown): never {
  if (!(error instanceof RegistryUnavailable)) throw error;
  throw new ApiError(
    'registry_unavailable',
    'The list of instances can’t be read: Postgres does not answer. Try again later; each instance goes on, and answers by its own id.',
  );
}
