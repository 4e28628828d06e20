/** An OpenID provider of the tests' own, over HTTP: discovery, keys, authorization, token, user info. */
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const ID_TOKEN_VALID_S = 300;
const KEY_ID = 'key-1';

export interface Identity {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whom the next authorization is for. */
  identity: Identity;
  /** Changes of the next ID tokens' claims: an issuer or an audience that is not ours. */
  claims: Readonly<Record<string, unknown>>;
  /** How many requests have come. */
  requests: number;
  /** What a person's browser is answered there: the way back. */
  authorize(url: string): Promise<string>;
  close(): Promise<void>;
}

interface Grant {
  readonly identity: Identity;
  readonly nonce: string | null;
  readonly challenge: string | null;
}

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    provider.requests += 1;
    void answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const jwtOf = (claims: object): string => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${encode(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };

  const tokens = (form: URLSearchParams, authorization: string | undefined): object | null => {
    const basic = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const [id, secret] = basic.includes(':')
      ? basic.split(':')
      : [form.get('client_id'), form.get('client_secret')];
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isClient = id === provider.clientId && secret === provider.clientSecret;
    if (!isClient || grant === undefined || grant.challenge !== challenge) return null;
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, aud: provider.clientId, iat, exp: iat + ID_TOKEN_VALID_S };
    const { identity, nonce } = grant;
    const idToken = jwtOf({ ...claims, ...identity, nonce, ...provider.claims });
    return { access_token: randomUUID(), token_type: 'Bearer', id_token: idToken };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', issuer);
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/openid-configuration') json(discoveryOf(issuer));
    else if (url.pathname === '/jwks')
      json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] });
    else if (url.pathname === '/token') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const granted = tokens(form, request.headers.authorization);
      json(granted ?? { error: 'invalid_grant' }, granted === null ? 400 : 200);
    } else json({ error: 'not_found' }, 404);
  };

  const provider: OpenIdProvider = {
    issuer,
    clientId: 'kiloclaw-web',
    clientSecret: 'a-client-secret-of-this-test-alone',
    identity: { sub: 'nobody', email: 'nobody@example.com', email_verified: true },
    claims: {},
    requests: 0,
    authorize: async (text) => {
      const asked = new URL(text).searchParams;
      const code = randomUUID();
      const challenge = asked.get('code_challenge');
      grants.set(code, { identity: provider.identity, nonce: asked.get('nonce'), challenge });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return `${back.pathname}${back.search}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

function discoveryOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
  };
}
