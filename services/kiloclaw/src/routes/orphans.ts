/** What lies at a provider without an instance: shown, and deleted where a person says so. */
import { RegistryUnavailable } from '@kiloclaw/db';
import { type DeleteOrphansAnswer, type ProviderId, ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { presenceOf } from '../http/instance-presence.ts';
import { deleteOrphans } from '../orphans/delete-orphans.ts';
import { findOrphans } from '../orphans/find-orphans.ts';
import { findGatedProvider } from '../orphans/gated-provider.ts';
import type { OrphanPorts } from '../orphans/orphan-ports.ts';
import type { CallPurpose } from '../providers/provider.ts';
import { failureOf, ProviderError } from '../providers/provider-error.ts';
import { fleetJournal } from '../registry/fleet-journal.ts';
import { readInstanceRows, readSweepPage } from '../registry/registry-reader.ts';

export function orphanRoutes(app: Hono<AppContext>): void {
  app.get(ROUTES.orphans.path, async (c) => {
    const { provider } = await readInput(c, 'orphans');
    return c.json(await answered(() => findOrphans(portsOf(c, provider, 'background'))));
  });

  app.post(ROUTES.deleteOrphans.path, async (c) => {
    const { provider, resources, actor } = await readInput(c, 'deleteOrphans');
    const ports = portsOf(c, provider, 'operation');
    const asked = { provider, resources };
    const journal = fleetJournal(c.env, {
      action: 'delete_orphans',
      actor,
      requestId: c.get('requestId'),
      asked,
    });
    return c.json(
      await answered(async () => {
        // No act without its row: where Postgres is away, nothing is deleted.
        await journal('requested', {});
        const answer = await deleteOrphans(ports, resources);
        const isWhole = answer.results.every(({ outcome }) => outcome === 'deleted' || outcome === 'gone');
        await journal(isWhole ? 'succeeded' : 'failed', { outcomes: outcomesOf(answer) });
        return answer;
      }),
    );
  });
}

function outcomesOf({ results }: DeleteOrphansAnswer): readonly object[] {
  return results.map(({ id, outcome, error }) => ({ id, outcome, code: error?.code ?? null }));
}

function portsOf(c: Context<AppContext>, providerId: ProviderId, purpose: CallPurpose): OrphanPorts {
  const settings = c.get('settings');
  const provider = findGatedProvider(c.env, settings, providerId, purpose);
  if (provider === null) {
    throw new ApiError(
      'provider_unsupported',
      `provider: ${providerId} is not configured on this control plane.`,
      { path: 'provider' },
    );
  }
  return {
    now: Date.now,
    fleetId: settings.KILOCLAW_FLEET_ID,
    provider,
    activeRows: (afterId, limit) => readSweepPage(c.env, { afterId, limit, closedSince: Date.now() }),
    rowsOf: (instanceIds) => readInstanceRows(c.env, instanceIds),
    presenceOf: (instanceId) => presenceOf(c.env, instanceId),
  };
}

/** What the registry or the provider throws, as the API tells it. */
async function answered<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RegistryUnavailable) {
      throw new ApiError(
        'registry_unavailable',
        'Postgres does not answer, so that nobody can tell what is an orphan. Ask again later: what is done stays done.',
      );
    }
    if (!(error instanceof ProviderError)) throw error;
    const { code, message, details } = failureOf(error);
    throw new ApiError(code, message, details);
  }
}
