/** Without a key: whether the Worker is alive, and whether it can work. */
import { openRegistry, readFleetId } from '@kiloclaw/db';
import { Hono } from 'hono';
import { z } from 'zod';
import type { AppContext } from '../http/context.ts';

const REGISTRY_CONNECT_TIMEOUT_S = 2;
const PROBE_OBJECT = 'readiness-probe';

const PartSchema = z.enum(['ok', 'unavailable']);
export const HealthSchema = z.object({ status: z.literal('ok') });
export const ReadinessSchema = z.object({ objects: PartSchema, registry: PartSchema });

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

async function objectsAnswer(env: AppContext['Bindings']): Promise<z.infer<typeof PartSchema>> {
  try {
    await env.REGISTRY_WRITER.getByName(PROBE_OBJECT).ping();
    return 'ok';
  } catch {
    return 'unavailable';
  }
}

async function registryAnswers(env: AppContext['Bindings']): Promise<z.infer<typeof PartSchema>> {
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
