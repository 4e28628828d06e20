/** Stands in for the part of Cloudflare's API that keeps Hyperdrive configurations. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

const BodySchema = z.object({
  name: z.string(),
  origin: z.object({
    scheme: z.literal('postgres'),
    host: z.string(),
    port: z.int(),
    database: z.string(),
    user: z.string(),
    password: z.string().min(1),
  }),
  caching: z.object({ disabled: z.literal(true) }),
});
export type StoredConfig = z.infer<typeof BodySchema> & { readonly id: string };

export interface HyperdriveStandIn {
  /** For `CLOUDFLARE_API_BASE_URL`. */
  readonly url: string;
  readonly configs: Map<string, StoredConfig>;
  /** `GET`, `POST` and so on, in their order, with what they signed in by. */
  readonly calls: { readonly method: string; readonly signIn: string }[];
  /** Refuses every call from now on with these words; null for none. */
  refusal: string | null;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<z.infer<typeof BodySchema>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return BodySchema.parse(JSON.parse(text));
}

/** A password is never told again. */
function told({ origin: { password: _, ...origin }, ...config }: StoredConfig) {
  return { ...config, origin };
}

export async function startHyperdriveStandIn(accountId: string): Promise<HyperdriveStandIn> {
  const path = `/accounts/${accountId}/hyperdrive/configs`;
  const standIn: Omit<HyperdriveStandIn, 'url' | 'close'> = { configs: new Map(), calls: [], refusal: null };
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    standIn.calls.push({ method, signIn: String(headers.authorization ?? headers['x-auth-key']) });
    const answer = (status: number, result: unknown, errors: object[] = []) =>
      response
        .writeHead(status)
        .end(JSON.stringify({ success: status === 200, errors, messages: [], result }));
    const { pathname } = new URL(url, 'http://stand-in');
    if (standIn.refusal !== null) return answer(400, null, [{ code: 2008, message: standIn.refusal }]);
    if (!pathname.startsWith(path)) return answer(404, null, [{ code: 7003, message: 'no such route' }]);
    if (method === 'GET') return answer(200, [...standIn.configs.values()].map(told));
    const id = method === 'POST' ? randomUUID().replaceAll('-', '') : pathname.slice(path.length + 1);
    const config = { ...(await bodyOf(request)), id };
    standIn.configs.set(id, config);
    return answer(200, told(config));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  });
}
