/**
 * Stands in for the parts of Cloudflare's API that a deploy asks: Hyperdrive configurations, which it keeps, and what the
 * real wrangler asks to bring a Worker there.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
export type StoredConfig = Omit<z.infer<typeof BodySchema>, 'caching'> & {
  readonly id: string;
  /** One that a person has made may keep answers. */
  readonly caching: { readonly disabled: boolean };
};

const UploadSchema = z.looseObject({
  bindings: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  migrations: z.unknown().optional(),
  /** Kinds of bindings that the version before had, and this one has as well. */
  keep_bindings: z.array(z.string()).default([]),
});
const BulkSchema = z.object({ secrets: z.record(z.string(), z.null()) });
export type Upload = z.infer<typeof UploadSchema>;

interface Request {
  readonly method: string;
  /** Without the account. */
  readonly path: string;
  readonly signIn: string;
  readonly body: Buffer;
  readonly contentType: string;
}

export interface CloudflareStandIn {
  /** For `CLOUDFLARE_API_BASE_URL`. */
  readonly url: string;
  /** Hyperdrive configurations by id. */
  readonly configs: Map<string, StoredConfig>;
  /** The newest version of each Worker, by its name. */
  readonly uploads: Map<string, Upload>;
  /** Everything that was asked, in its order. */
  readonly requests: Request[];
  /** Refuses every call for Hyperdrive from now on with these words; null for none. */
  refusal: string | null;
  close(): Promise<void>;
}

type State = Omit<CloudflareStandIn, 'url' | 'close'>;
type Handler = (state: State, request: Request, name: string) => unknown;

/** A password is never told again. */
function told({ origin: { password: _, ...origin }, ...config }: StoredConfig) {
  return { ...config, origin };
}

function putConfig({ configs }: State, { method, body }: Request, knownId: string) {
  const id = method === 'POST' ? randomUUID().replaceAll('-', '') : knownId;
  const config = { ...BodySchema.parse(JSON.parse(body.toString())), id };
  configs.set(id, config);
  return told(config);
}

async function upload({ uploads }: State, { body, contentType }: Request, name: string) {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const made = UploadSchema.parse(JSON.parse(z.string().parse(form.get('metadata'))));
  const names = made.bindings.map((binding) => binding.name);
  const kept = (uploads.get(name)?.bindings ?? []).filter(
    (binding) => made.keep_bindings.includes(binding.type) && !names.includes(binding.name),
  );
  uploads.set(name, { ...made, bindings: [...made.bindings, ...kept] });
  return { id: name, etag: 'etag', startup_time_ms: 20, deployment_id: randomUUID() };
}

function secretsOf({ uploads }: State, _: Request, name: string) {
  const bindings = uploads.get(name)?.bindings ?? [];
  return bindings
    .filter(({ type }) => type === 'secret_text')
    .map((secret) => ({ name: secret.name, type: secret.type }));
}

function removeSecrets({ uploads }: State, { body }: Request, name: string) {
  const { secrets } = BulkSchema.parse(JSON.parse(body.toString()));
  const known = uploads.get(name);
  if (known !== undefined)
    uploads.set(name, { ...known, bindings: known.bindings.filter((binding) => !(binding.name in secrets)) });
  return [];
}

const NOTHING_ELSE = { subdomain: { enabled: false, previews_enabled: false }, references: {}, tags: [] };

/** The first that fits; what fits none is not there. */
const ROUTES: readonly (readonly [RegExp, Handler])[] = [
  [/^GET \/user$/, () => ({ id: 'user', email: 'alice@example.com' })],
  [/^GET \/user\/tokens\/verify$/, () => ({ id: 'token', status: 'active' })],
  [/^GET \/hyperdrive\/configs$/, ({ configs }) => [...configs.values()].map(told)],
  [/^POST \/hyperdrive\/configs$/, putConfig],
  [/^PATCH \/hyperdrive\/configs\/(\w+)$/, putConfig],
  [/^PUT \/workers\/scripts\/([\w-]+)$/, upload],
  [/^GET \/workers\/scripts\/([\w-]+)\/secrets$/, secretsOf],
  [/^PATCH \/workers\/scripts\/([\w-]+)\/secrets-bulk$/, removeSecrets],
  [/^GET \/workers\/scripts\/([\w-]+)\/deployments$/, () => ({ deployments: [] })],
  [/^POST \/workers\/scripts\/([\w-]+)\/assets-upload-session$/, () => ({ jwt: 'jwt', buckets: [] })],
  [/^POST \/workers\/scripts\/([\w-]+)\/subdomain$/, () => NOTHING_ELSE.subdomain],
  [/\/domains\/changeset$/, () => ({ added: [], removed: [], updated: [], conflicting: [] })],
  [/\/domains\/records$/, () => []],
  [/\/schedules$/, () => ({ schedules: [] })],
  [/^GET \/workers\/workers\/([\w-]+)$/, (_, __, name) => ({ id: name, name, ...NOTHING_ELSE })],
];

async function answer(state: State, request: Request, response: ServerResponse, account: object) {
  const send = (status: number, result: unknown, errors: readonly object[] = []) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ success: status === 200, errors, messages: [], result }));
  const line = `${request.method} ${request.path}`;
  if (line === 'GET /accounts') return send(200, [account]);
  if (line === 'GET /memberships') return send(200, [{ id: 'membership', account }]);
  if (state.refusal !== null && line.includes('/hyperdrive/'))
    return send(400, null, [{ code: 2008, message: state.refusal }]);
  for (const [pattern, handle] of ROUTES) {
    const found = pattern.exec(line);
    if (found !== null) return send(200, await handle(state, request, found[1] ?? ''));
  }
  return send(404, null, [{ code: 10_090, message: 'not found' }]);
}

async function read(message: IncomingMessage, accountId: string): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { method = '', url = '', headers } = message;
  return {
    method,
    path: new URL(url, 'http://stand-in').pathname.replace(`/accounts/${accountId}`, ''),
    signIn: String(headers.authorization ?? headers['x-auth-key']),
    body: Buffer.concat(chunks),
    contentType: headers['content-type'] ?? '',
  };
}

export async function startCloudflareStandIn(account: {
  readonly id: string;
  readonly name: string;
}): Promise<CloudflareStandIn> {
  const state: State = { configs: new Map(), uploads: new Map(), requests: [], refusal: null };
  const server = createServer(async (message, response) => {
    const request = await read(message, account.id);
    state.requests.push(request);
    await answer(state, request, response, account);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  });
}
