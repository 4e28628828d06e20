import { describe, expect, it } from 'vitest';
import { failure, kindOf } from './testing/failure.ts';
import { type Life, PERF_4_8 } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const LEASE = 'POST /v1/apps/{app}/machines/{machine}/lease';
const READ_LEASE = 'GET /v1/apps/{app}/machines/{machine}/lease';
const RELEASE = 'DELETE /v1/apps/{app}/machines/{machine}/lease';

const fly = await useFly();

const pathOf = (life: Life) => `/apps/${life.text('appName')}/machines/${life.text('machineId')}`;

async function stoppedLife(life?: Life): Promise<Life> {
  const stopped = await fly.provisioned(life);
  await stopped.stop();
  return stopped;
}

/** Somebody else takes the machine, and gives it back. */
async function othersLease(life: Life): Promise<() => Promise<unknown>> {
  const path = `${pathOf(life)}/lease`;
  const { data } = (await fly.api('POST', path, { ttl: 60, description: 'by hand' })) as {
    data: { nonce: string };
  };
  return () => fly.api('DELETE', path, undefined, { 'fly-machine-lease-nonce': data.nonce });
}

describe('a machine that is held', () => {
  it('takes every write of ours, and none of anybody else', async () => {
    const life = await stoppedLife();
    await life.hold();
    await expect(fly.api('POST', `${pathOf(life)}/start`)).rejects.toThrow(/409.*lease currently held/);
    await life.changeMachineSize({ size: PERF_4_8, sizeSource: 'tier' });
    await life.start();
    expect(await life.observe({ until: 'running', waitMs: 2_000 })).toMatchObject({
      state: 'running',
      size: PERF_4_8,
    });
    await life.stop();
    await life.deleteMachines();
    expect((await fly.state()).machines).toEqual([]);
  });

  it('is known by what the record keeps: another process goes on with it', async () => {
    const life = await stoppedLife();
    await life.hold();
    const { resources } = life;
    expect(JSON.parse(JSON.stringify(resources))).toEqual(resources);
    await fly.provider().changeMachineSize(life.tags, resources, { size: PERF_4_8, sizeSource: 'tier' });
    expect(await life.observe()).toMatchObject({ size: PERF_4_8 });
  });

  it('held again keeps its nonce and lasts longer', async () => {
    const life = await stoppedLife();
    await life.hold();
    const { leaseNonce, leaseExpiresAtMs } = life.resources;
    expect(Number(leaseExpiresAtMs)).toBeGreaterThan(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await life.hold();
    expect(life.resources.leaseNonce).toBe(leaseNonce);
    expect(Number(life.resources.leaseExpiresAtMs)).toBeGreaterThan(Number(leaseExpiresAtMs));
  });

  it('is anybody’s again once it is released; released twice is a success without a call', async () => {
    const life = await stoppedLife();
    await life.hold();
    expect(await life.release()).toEqual({ leaseNonce: null, leaseExpiresAtMs: null });
    await fly.api('POST', `${pathOf(life)}/start`);
    await life.release();
    expect(await fly.counters()).toMatchObject({ [RELEASE]: 1 });
  });

  it('may be gone when it is released', async () => {
    const life = await stoppedLife();
    await life.hold();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { delete: true });
    expect(await life.release()).toEqual({ leaseNonce: null, leaseExpiresAtMs: null });
  });

  it('ends by itself: its nonce is not shown any more, and it is taken anew', async () => {
    let aheadMs = 0;
    const life = await stoppedLife(fly.life(fly.provider({}, () => Date.now() + aheadMs)));
    await life.hold();
    const nonce = life.text('leaseNonce');
    await fly.api('DELETE', `${pathOf(life)}/lease`, undefined, { 'fly-machine-lease-nonce': nonce });
    const release = await othersLease(life);
    aheadMs = 10 * 60_000;
    expect(await kindOf(life.hold())).toBe('conflict');
    await fly.control('POST', '/counters/reset');
    expect(await life.release()).toEqual({ leaseNonce: null, leaseExpiresAtMs: null });
    expect(await fly.counters()).toEqual({});
    await release();
    await life.hold();
    expect(life.text('leaseNonce')).not.toBe(nonce);
  });

  it('is taken anew where it ended sooner than we reckoned', async () => {
    const life = await stoppedLife();
    await life.hold();
    const nonce = life.text('leaseNonce');
    await fly.api('DELETE', `${pathOf(life)}/lease`, undefined, { 'fly-machine-lease-nonce': nonce });
    await life.hold();
    expect(life.text('leaseNonce')).not.toBe(nonce);
    await life.start();
  });
});

describe('taking hold', () => {
  it('of one that somebody else holds is a conflict that says who and until when, as is every write', async () => {
    const life = await stoppedLife();
    const release = await othersLease(life);
    const acts = [life.hold, life.start, life.stop, life.deleteMachines];
    for (const act of acts) {
      const error = await failure(act());
      expect(error.kind).toBe('conflict');
      expect(error.facts.details).toEqual({
        reason: 'lease_held',
        heldBy: expect.any(String),
        heldUntil: expect.any(String),
      });
      expect(Date.parse(String(error.facts.details?.heldUntil))).toBeGreaterThan(Date.now());
    }
    await release();
    await life.hold();
  });

  it('whose answer is lost is ambiguous, and its repeat finds what was taken', async () => {
    const life = await stoppedLife();
    const fired = await fly.fault({ route: LEASE, kind: 'lose_answer' });
    expect(await kindOf(life.hold())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    await life.hold();
    await life.changeMachineSize({ size: PERF_4_8, sizeSource: 'tier' });
    expect(await fly.counters()).toMatchObject({ [READ_LEASE]: 1 });
  });

  it('never takes what another instance or fleet holds for its own', async () => {
    const life = await stoppedLife();
    const path = `${pathOf(life)}/lease`;
    const description = `kiloclaw another-fleet ${life.tags.instanceId}`;
    await fly.api('POST', path, { ttl: 60, description });
    expect(await kindOf(life.hold())).toBe('conflict');
  });

  it('is a conflict where the one that holds it can’t be read', async () => {
    const life = await stoppedLife();
    await othersLease(life);
    await fly.fault({ route: READ_LEASE, kind: 'fail_before', times: 10 });
    expect(await kindOf(life.hold())).toBe('conflict');
  });

  it('answered without a nonce is ambiguous: nobody could write', async () => {
    const nonceless = fly.mishearing('POST', /\/lease$/, () => ({
      status: 'success',
      data: { expires_at: 9e9 },
    }));
    expect(await kindOf((await stoppedLife(fly.life(nonceless))).hold())).toBe('ambiguous');
  });

  it('is not_found without a machine', async () => {
    const life = fly.life();
    expect(await kindOf(life.hold())).toBe('not_found');
    expect(await life.release()).toEqual({ leaseNonce: null, leaseExpiresAtMs: null });
    expect(await fly.counters()).toEqual({});
  });
});
