import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import {
  API_BASE,
  API_KEY_HEADER,
  ROUTES,
  type RouteName,
  SealingPageSchema,
} from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import type { Env } from '../env.ts';
import { FULL_KEY, READ_KEY } from '../testing/bindings.ts';
import { errorOf, newTarget, provisioned, send } from '../testing/platform.ts';
import { auditRowsByAction, untilPaid } from '../testing/registry.ts';

const names = Object.keys(ROUTES) as RouteName[];
const PAGES_MOST = 100;

describe('a key', () => {
  it('is told its name and scope', async () => {
    expect((await send('whoami', {})).body).toEqual({ name: 'internal', scope: 'full' });
    expect((await send('whoami', {}, { key: READ_KEY })).body).toEqual({ name: 'reader', scope: 'read' });
  });

  it('that may read only gets the same answer from every route that changes something', async () => {
    const headers = { 'x-request-id': 'same' };
    const operationId = '0190a7c4-0000-7000-8000-00000000000f';
    const changing = names.filter((name) => ROUTES[name].scope === 'full');
    const answers = await Promise.all(
      changing.map((name) => send(name, newTarget(), { key: READ_KEY, operationId, headers })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
  });
});

describe('a change of keys', () => {
  const [OLD, NEW] = ['old-key-of-24-characters', 'new-key-of-24-characters'];
  const app = createApp();

  /** The status that a key gets, and the name under which it is known, with these settings. */
  async function asked(settings: Record<string, string>, key: string): Promise<[number, string | undefined]> {
    const request = new Request(`http://control-plane.test${API_BASE}${ROUTES.whoami.path}`, {
      headers: { [API_KEY_HEADER]: key },
    });
    const bindings = { ...(env as unknown as Env), ...settings };
    const answer = await app.fetch(request, bindings, createExecutionContext());
    const { name } = (await answer.json()) as { name?: string };
    return [answer.status, name];
  }

  it('of the console refuses no request of it in between, and its name stays', async () => {
    const begin = { KILOCLAW_INTERNAL_API_KEY: OLD };
    const both = { ...begin, KILOCLAW_API_KEYS: `internal:full:${NEW}` };
    const end = { KILOCLAW_INTERNAL_API_KEY: NEW, KILOCLAW_API_KEYS: '' };
    expect(await asked(begin, OLD)).toEqual([200, 'internal']);
    // The control plane knows both, whichever the console has by now.
    expect(await asked(both, OLD)).toEqual([200, 'internal']);
    expect(await asked(both, NEW)).toEqual([200, 'internal']);
    expect(await asked(end, NEW)).toEqual([200, 'internal']);
    expect((await asked(end, OLD))[0]).toBe(401);
  });

  it('of somebody else refuses no request in between', async () => {
    const keys = (...entries: string[]) => ({ KILOCLAW_API_KEYS: entries.join(',') });
    expect(await asked(keys(`ci:read:${OLD}`), OLD)).toEqual([200, 'ci']);
    const both = keys(`ci:read:${OLD}`, `ci-2:read:${NEW}`);
    expect(await asked(both, OLD)).toEqual([200, 'ci']);
    expect(await asked(both, NEW)).toEqual([200, 'ci-2']);
    const after = keys(`ci-2:read:${NEW}`);
    expect(await asked(after, NEW)).toEqual([200, 'ci-2']);
    expect((await asked(after, OLD))[0]).toBe(401);
  });
});

describe('what instances hold sealed', () => {
  async function everyPage(name: 'sealingKeys' | 'reseal', limit: number) {
    const pages = [];
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MOST; page += 1) {
      const answer = await send(name, { limit, ...(cursor !== null && { cursor }) });
      expect(answer.status, answer.text).toBe(200);
      const read = SealingPageSchema.parse(answer.body);
      pages.push(read);
      cursor = read.nextCursor;
      if (cursor === null) return pages;
    }
    throw new Error(`There are more than ${PAGES_MOST} pages.`);
  }

  it('is counted over all pages by key, and sealing anew finds nothing to do under the same one', async () => {
    const targets = [newTarget(), newTarget()];
    for (const target of targets) {
      await provisioned(target, { start: false, env: { A: 'b' }, secrets: { C: 'd' } });
      await untilPaid(target);
    }
    // The registry is shared with whatever other tests have made meanwhile.
    const first = SealingPageSchema.parse((await send('sealingKeys', { limit: 1 })).body);
    expect([first.instances + first.failed.length, first.nextCursor]).toEqual([1, expect.any(String)]);
    const counted = await everyPage('sealingKeys', 100);
    const sum = counted.reduce((total, { keys }) => total + (keys.test ?? 0), 0);
    expect(sum).toBeGreaterThanOrEqual(4);
    expect(counted[0]?.currentKeyId).toBe('test');
    const resealed = await everyPage('reseal', 200);
    expect(resealed.map((page) => page.resealed)).toEqual(resealed.map(() => 0));
    const failed = resealed.flatMap((page) => page.failed.map(({ instanceId }) => instanceId));
    expect(failed).not.toEqual(expect.arrayContaining([targets[0]?.instanceId]));
    expect(failed).not.toEqual(expect.arrayContaining([targets[1]?.instanceId]));
  });

  it('is sealed anew on record: asked for and done, with counts and without a word of what it was', async () => {
    const headers = { 'x-request-id': crypto.randomUUID() };
    expect((await send('reseal', { actor: { kind: 'admin', id: 'bob' } }, { headers })).status).toBe(200);
    const rows = (await auditRowsByAction('reseal')).filter(
      (row) => row.requestId === headers['x-request-id'],
    );
    expect(rows.map(({ outcome, actorId }) => [outcome, actorId])).toEqual([
      ['requested', 'bob'],
      ['succeeded', 'bob'],
    ]);
    expect(rows[1]?.metadata).toMatchObject({ currentKeyId: 'test', resealed: 0, failed: 0 });
  });

  it('is refused by name where a page is asked for as it can’t be', async () => {
    const error = errorOf(await send('reseal', { limit: 201 }, { key: FULL_KEY }));
    expect(error).toMatchObject({ code: 'invalid_request' });
    expect(error.message).toContain('limit');
  });
});
