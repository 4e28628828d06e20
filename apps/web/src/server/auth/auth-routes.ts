/** The few of the auth library's own routes that browsers may call; it has many more, which nobody audits. */
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { openWebRegistry } from '../registry/open-registry.ts';
import { AUTH_PATH, createAuth } from './auth.ts';
import { signInWithPassword } from './password-sign-in.ts';

const ROUTES = [['POST', '/sign-out']] as const;

export function authRoutes(app: Hono<AppContext>): void {
  app.post(`${AUTH_PATH}/sign-in/email`, signInWithPassword);
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
