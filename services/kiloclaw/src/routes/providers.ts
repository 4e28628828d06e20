import { type ProvidersView, ROUTES } from '@kiloclaw/platform-contract';
import type { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { configuredProviders } from '../providers/configured.ts';
import { capabilitiesOf } from '../providers/pick.ts';

export function providersRoute(app: Hono<AppContext>): void {
  app.get(ROUTES.providers.path, async (c) => {
    await readInput(c, 'providers');
    const settings = c.get('settings');
    const ids = configuredProviders(c.env, settings);
    const view: ProvidersView = {
      providers: ids.map((id) => ({
        id,
        capabilities: capabilitiesOf(id, settings),
        sandbox: settings.KILOCLAW_SANDBOX_PROVIDERS.includes(id),
      })),
      default: ids[0] ?? null,
    };
    return c.json(view);
  });
}
