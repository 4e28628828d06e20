/** The few of the auth library's own routes that browsers may call; it has many more, which nobody audits. */
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { openWebRegistry } from '../registry/open-registry.ts';
import { AUTH_PATH, createAuth } from './auth.ts';
import { signInWithPassword } from './password-sign-in.ts';
import { finishProviderSignIn, startProviderSignIn } from './provider-sign-in.ts';
import { PROVIDER_IDS } from './providers.ts';

const ROUTES = [['POST', '/sign-out']] as const;

export function authRoutes(app: Hono<AppContext>): void {
  app.post(`${AUTH_PATH}/sign-in/email`, signInWithPassword);
  app.post(`${AUTH_PATH}/sign-in/social`, startProviderSignIn);
  app.get(`${AUTH_PATH}/callback/:provider{${PROVIDER_IDS.join('|')}}`, finishProviderSignIn);
  for (const [method, path] of ROUTES) {
    app.on(method, `${AUTH_PATH}${path}`, async (c) => {
      const registry = openWebRegistry(c.env);
      try {
        return await createAuth(registry.db, c.get('settings'), c.get('origin')).handler(c.req.raw);
      } finally {
        c.executionCtx.waitUntil(registry.close().catch(() => undefined));
      }
    });
  }
}
