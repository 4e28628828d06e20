import { describe, expect, it } from 'vitest';
import { createPlatformClient, PlatformApiError } from './client.ts';

const INSTANCE_ID = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';
const OPERATION_ID = '01a20849-e321-7382-b0dd-0e99da17ef44';

function clientOf(answer: () => Response) {
  const sent: Request[] = [];
  const fetch = async (request: Request) => {
    sent.push(request.clone());
    return answer();
  };
  return {
    client: createPlatformClient({ baseUrl: 'http://control-plane.test', apiKey: 'k'.repeat(24), fetch }),
    sent,
  };
}

const OPERATION = {
  operation: {
    id: OPERATION_ID,
    kind: 'start',
    status: 'succeeded',
    steps: [],
    actor: { kind: 'api', id: 'internal' },
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    error: null,
  },
  result: null,
};

describe('the typed client', () => {
  it('sends a change as JSON, with its key, idempotency key and wait', async () => {
    const { client, sent } = clientOf(() => Response.json(OPERATION));
    const input = { userId: 'alice', instanceId: INSTANCE_ID };
    await client.call('start', input, { idempotencyKey: 'once', waitS: 0 });
    const request = sent[0];
    expect(request?.url).toBe('http://control-plane.test/api/platform/start');
    expect(request?.headers.get('idempotency-key')).toBe('once');
    expect(request?.headers.get('prefer')).toBe('wait=0');
    expect(await request?.json()).toEqual(input);
  });

  it('sends a question as a query, with the operation in its path', async () => {
    const { client, sent } = clientOf(() => Response.json(OPERATION));
    await client.call(
      'operation',
      { userId: 'alice', instanceId: INSTANCE_ID },
      { operationId: OPERATION_ID },
    );
    const url = new URL(sent[0]?.url ?? '');
    expect(url.pathname).toBe(`/api/platform/operations/${OPERATION_ID}`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ userId: 'alice', instanceId: INSTANCE_ID });
  });

  it('sends the filters of a list as a query, and leaves out those that are not given', async () => {
    const page = { items: [], nextCursor: null, total: 0, totalIsCapped: false };
    const { client, sent } = clientOf(() => Response.json(page));
    const filter = { hasOverride: 'true', q: 'a&b=ü', limit: 10, status: undefined } as const;
    expect((await client.call('instances', filter)).body).toEqual(page);
    const url = new URL(sent[0]?.url ?? '');
    expect(url.pathname).toBe('/api/platform/instances');
    expect(Object.fromEntries(url.searchParams)).toEqual({ hasOverride: 'true', q: 'a&b=ü', limit: '10' });
  });

  it('throws an error answer with its code', async () => {
    const error = { code: 'operation_in_progress', message: 'Wait.', requestId: 'r1' };
    const { client } = clientOf(() => Response.json({ error }, { status: 409 }));
    const call = client.call('start', { userId: 'alice', instanceId: INSTANCE_ID });
    await expect(call).rejects.toMatchObject({ status: 409, code: 'operation_in_progress', requestId: 'r1' });
  });

  it('says so when an answer can’t be read', async () => {
    const { client } = clientOf(() => new Response('<html>', { status: 502 }));
    const call = client.call('tiers', {});
    await expect(call).rejects.toBeInstanceOf(PlatformApiError);
    await expect(call).rejects.toMatchObject({ code: 'unreadable_answer' });
  });
});
