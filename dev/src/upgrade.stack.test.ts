/** What a release has stored, killed in the middle of its work, is taken over by this one. */
import { join } from 'node:path';
import { auditLog, kiloclawInstances } from '@kiloclaw/db';
import { knownMigrations, readRegistryFacts } from '@kiloclaw/db/dump';
import { runningPostgresUrl } from '@kiloclaw/db/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signInStatus } from './testing/console-sign-in.ts';
import { changedFields } from './testing/drill/steady-view.ts';
import { act, debugView, FlyResourcesSchema, type Target, untilEnded } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { registryUrlOf, withRegistry } from './testing/registry.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';
import { type ReleasedAnswer, thaw } from './testing/thaw.ts';

const MINUTE_MS = 60_000;
const DriftSchema = z.array(z.object({ kind: z.string() }));
/** In the middle of something when the release was killed. */
const AT_WORK = new Set(['quinn', 'rupert', 'sybil']);

describe.each(['0.1.0'])('a fleet of release %s', (release) => {
  let folder: StackFolder;
  let stack: StackProcess;
  let ready: ReadyStack;
  let control: FlyControl;
  let answers: ReleasedAnswer[];

  beforeAll(async () => {
    folder = await makeStackFolder();
    answers = await thaw(release, folder);
    stack = new StackProcess({ folder, args: ['--port', '0'] });
    ready = await stack.ready();
    const { flySimulator } = ready.endpoints;
    if (flySimulator === null) throw new Error('There is no simulator.');
    control = createFlyControl(flySimulator.controlUrl);
  }, 3 * MINUTE_MS);

  afterAll(async () => {
    await stack?.killEverything();
    await folder?.remove();
  }, MINUTE_MS);

  const answerOf = (userId: string): ReleasedAnswer => {
    const answer = answers.find((known) => known.userId === userId);
    if (answer === undefined) throw new Error(`The fleet of ${release} has nobody called ${userId}.`);
    return answer;
  };
  const targetOf = ({ userId, instanceId }: ReleasedAnswer): Target => ({ userId, instanceId });
  const resting = () => answers.filter(({ userId }) => !AT_WORK.has(userId));

  it('reads as it did, field by field', async () => {
    expect(resting().length).toBeGreaterThan(15);
    for (const before of resting()) {
      const after = await debugView(ready.client, targetOf(before));
      expect([before.userId, changedFields(before, after)]).toEqual([before.userId, []]);
      expect(after.stateError).toBeNull();
    }
  });

  it('has its restart that was under way ended, on the machine that it had', async () => {
    const quinn = answerOf('quinn');
    const restart = await untilEnded(ready.client, targetOf(quinn), 'restart', 2 * MINUTE_MS);
    expect(restart).toMatchObject({ status: 'succeeded', id: Object(quinn.operation).id });
    const view = await debugView(ready.client, targetOf(quinn));
    const { machineId } = FlyResourcesSchema.parse(quinn.providerState);
    expect([view.status, view.providerState.machineId]).toEqual(['running', machineId]);
  });

  it('has its stuck destroy ended, now that the provider lets it', async () => {
    const sybil = targetOf(answerOf('sybil'));
    await untilEnded(ready.client, sybil, 'destroy', 2 * MINUTE_MS);
    expect((await debugView(ready.client, sybil)).status).toBe('destroyed');
  });

  it('pays what it owed: each journaled audit row stands in the registry once, and every row is the instance’s own', async () => {
    const owed = answers.filter(({ registry }) => Object(registry).auditRowsWaiting > 0);
    expect(owed.map(({ userId }) => userId)).toEqual(expect.arrayContaining(['quinn', 'rupert']));
    for (const answer of answers) {
      const registryOf = async () => (await debugView(ready.client, targetOf(answer))).registry;
      const isPaid = { timeout: MINUTE_MS };
      await expect.poll(async () => (await registryOf()).auditRowsWaiting, isPaid).toBe(0);
      await expect.poll(async () => registryOf().then((r) => r.version - r.syncedVersion), isPaid).toBe(0);
    }
    const { rows, audit } = await withRegistry(await registryUrlOf(folder, ready), async (db) => ({
      rows: await db.select().from(kiloclawInstances),
      audit: await db.select().from(auditLog),
    }));
    for (const answer of answers) {
      const { status, registry } = await debugView(ready.client, targetOf(answer));
      const row = rows.find(({ id }) => id === answer.instanceId);
      expect([row?.status, row?.registryVersion]).toEqual([status, registry.version]);
    }
    const stops = audit.filter(
      ({ instanceId, action }) => instanceId === answerOf('rupert').instanceId && action === 'stop',
    );
    expect(stops.map(({ outcome }) => outcome).sort()).toEqual(['requested', 'succeeded']);
  });

  it('keeps its machines and volumes: none is made, and only what was being destroyed is deleted', async () => {
    const { machines, volumes } = await control.state();
    const there = [...machines, ...volumes].filter(({ state }) => !/destroy/.test(state)).map(({ id }) => id);
    const recorded = answers
      .filter(
        ({ provider, userId, status }) => provider === 'fly' && userId !== 'sybil' && status !== 'destroyed',
      )
      .map(({ providerState }) => FlyResourcesSchema.parse(providerState))
      .flatMap(({ machineId, volumeId }) => [machineId, volumeId]);
    expect(there.sort()).toEqual(recorded.sort());
  });

  it('has its environment and its secrets opened at the next restart', async () => {
    const peggy = targetOf(answerOf('peggy'));
    await act(ready.client, 'restart', peggy);
    const { machineId } = FlyResourcesSchema.parse((await debugView(ready.client, peggy)).providerState);
    const machine = (await control.state()).machines.find(({ id }) => id === machineId);
    expect(machine?.config.env).toMatchObject({ COLOUR: 'red', TOKEN: 'secret-of-peggy' });
  });

  it('has its registry at the newest schema, and its admin signed in', async () => {
    const port = Number(new URL(`postgres://${ready.endpoints.database}`).port);
    const url = await runningPostgresUrl(join(folder.dataDir, 'postgres'), port);
    expect((await readRegistryFacts(url)).migrations).toEqual(knownMigrations());
    expect(await signInStatus(folder, ready)).toBe(200);
  });

  it('has no finding that it did not have', async () => {
    const { body } = await ready.client.call('checkup', { live: 'true' });
    const kindsOf = (findings: readonly { readonly kind: string }[]) =>
      findings.map(({ kind }) => kind).sort();
    const found = body.instances.map(({ userId, findings }) => [userId, kindsOf(findings)] as const);
    const known = answers
      .map(({ userId, drift }) => [userId, kindsOf(DriftSchema.parse(drift))] as const)
      .filter(([, kinds]) => kinds.length > 0);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(known));
  });

  it('works on: each is stopped or started, and at rest again', async () => {
    const targets = answers.filter(({ status }) => status === 'running' || status === 'stopped');
    await Promise.all(
      targets.map(async (answer) => {
        const wanted = answer.status === 'running' ? 'stopped' : 'running';
        await act(ready.client, wanted === 'stopped' ? 'stop' : 'start', targetOf(answer));
        const { status, operation } = await debugView(ready.client, targetOf(answer));
        expect([answer.userId, status, operation]).toEqual([answer.userId, wanted, null]);
      }),
    );
  });
});
