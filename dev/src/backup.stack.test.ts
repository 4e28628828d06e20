/** What `npm run drill` runs, and a loss of which only the registry is left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUpAndLose, restoreAndCompare } from './testing/drill/drill.ts';
import { type DrillSite, openDrillSite } from './testing/drill/drill-site.ts';
import { debugView } from './testing/fleet.ts';

const MINUTE_MS = 60_000;

describe('a fleet that was backed up at work, and lost with everything', () => {
  let site: DrillSite;
  let before: Awaited<ReturnType<typeof backUpAndLose>>;

  beforeAll(async () => {
    site = await openDrillSite();
    before = await backUpAndLose(site);
  }, 3 * MINUTE_MS);
  afterAll(() => site?.close(), MINUTE_MS);

  it(
    'is as it was once it is restored, and the provider keeps what it has',
    async () => {
      const checks = await restoreAndCompare(site, before);
      expect(checks.filter(({ wrong }) => wrong !== null)).toEqual([]);
      expect(checks.length).toBeGreaterThan(10);
    },
    3 * MINUTE_MS,
  );

  it(
    'comes back from its rows where the objects are lost: each at its owner’s first call, on the machine that it has',
    async () => {
      await site.loseEverything();
      await site.restore(['--only', 'registry']);
      const { client } = await site.start();
      const truth = (await site.control.state()).machines.map(({ id }) => id).sort();
      const { destroyed: _destroyed, ...living } = before.fleet.resting;
      for (const [condition, target] of Object.entries(living)) {
        await client.call('status', target);
        const known = before.views.get(target.instanceId);
        const isRestored = async () => {
          const { operation, status, providerState } = await debugView(client, target);
          return [condition, operation, status, providerState.machineId];
        };
        await expect
          .poll(isRestored, { timeout: MINUTE_MS })
          .toEqual([condition, null, known?.status, known?.providerState.machineId]);
      }
      expect((await site.control.state()).machines.map(({ id }) => id).sort()).toEqual(truth);
    },
    3 * MINUTE_MS,
  );
});
