/** Without a key: whether the Worker is alive, and whether it can work. */
import { openRegistry, readFleetId } from '@kiloclaw/db';
import { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';

const REGISTRY_CONNECT_TIMEOUT_S = 2;
const PROBE_OBJECT = 'readiness-probe';

export function healthRoutes(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  // Fails by object storage alone: instances are run without Postgres, only their audit and search wait for it.
  app.get('/readyz', async (c) => {
    const [objects, registry] = await Promise.all([objectsAnswer(c.env), registryAnswers(c.env)]);
    return c.json({ objects, registry }, objects === 'ok' ? 200 : 503);
  });
  return app;
}

async function objectsAnswer(env: AppContext['Bindings']): Promise<'ok' | 'unavailable'> {
  try {
    await env.REGISTRY_WRITER.getByName(PROBE_OBJECT).ping();
    return 'ok';
  } catch {
    return 'unavailable';
  }
}

async function registryAnswers(env: AppContext['Bindings']): Promise<'ok' | 'unavailable'> {
  const registry = openRegistry(env.REGISTRY.connectionString, {
    connectTimeoutS: REGISTRY_CONNECT_TIMEOUT_S,
  });
  try {
    await readFleetId(registry.db);
    return 'ok';
  } catch {
    return 'unavailable';
  } finally {
    await registry.close().catch(() => undefined);
  }
}
