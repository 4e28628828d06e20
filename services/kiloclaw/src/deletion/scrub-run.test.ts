import { type DeletionTarget, RegistryUnavailable } from '@kiloclaw/db';
import { ok, refuse } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import type { ScrubAnswer } from '../instance/instance-rpc.ts';
import { type DeletionPorts, scrubPerson } from './scrub-run.ts';

const CLEAN = { people: 0, signIns: 0, rows: 0, auditRows: 0 };
const FORGOTTEN: ScrubAnswer = {
  status: 'running',
  overrides: 0,
  operations: 0,
  auditRows: 0,
  isForgotten: true,
  isPaid: true,
};

const idOf = (index: number) => String(index).padStart(8, '0');

function target(index: number, changes: Partial<DeletionTarget> = {}): DeletionTarget {
  return {
    instanceId: idOf(index),
    userId: 'owner',
    isOwn: false,
    isClosed: false,
    hasOverride: true,
    ...changes,
  };
}

/** A registry of so many targets, each of which is one until its rows are scrubbed. */
class Deletion {
  nowMs = 0;
  readonly events: string[] = [];
  readonly concluded: unknown[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  left = CLEAN;
  begun: Awaited<ReturnType<DeletionPorts['begin']>> = {
    outcome: 'begun',
    sessionsEnded: 3,
    accountsRemoved: 1,
    linksRemoved: 0,
  };
  destroy: DeletionPorts['destroy'] = async () => ok(true);
  forget: (target: DeletionTarget) => ReturnType<DeletionPorts['forget']> = async () => ok(FORGOTTEN);
  private targets: readonly DeletionTarget[];

  constructor(targets: readonly DeletionTarget[]) {
    this.targets = targets;
  }

  run(waitMs = 1_000) {
    return scrubPerson(
      {
        now: () => this.nowMs,
        begin: async () => this.begun,
        targets: async ({ afterId, limit }) =>
          this.targets.filter(({ instanceId }) => afterId === null || instanceId > afterId).slice(0, limit),
        scrubRows: async (ids) => {
          this.events.push(...ids.map((id) => `rows ${id}`));
          this.targets = this.targets.filter(({ instanceId }) => !ids.includes(instanceId));
          return { rows: ids.length, auditRows: 1 };
        },
        traces: async () => this.left,
        conclude: async (outcome, facts) => void this.concluded.push([outcome, facts]),
        destroy: (asked, waitMs) => {
          this.events.push(`destroy ${asked.instanceId}`);
          return this.destroy(asked, waitMs);
        },
        forget: async (asked) => {
          this.atOnce += 1;
          this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
          await Promise.resolve();
          this.atOnce -= 1;
          this.events.push(`object ${asked.instanceId}`);
          return this.forget(asked);
        },
      },
      'person',
      waitMs,
    );
  }

  count(kind: string): number {
    return this.events.filter((event) => event.startsWith(kind)).length;
  }
}

const many = (count: number) => Array.from({ length: count }, (_, index) => target(index));

describe('a call to delete a person', () => {
  it('has each object forget before its rows are scrubbed, a few at once', async () => {
    const deletion = new Deletion(many(250));
    const result = await deletion.run();
    expect(result).toMatchObject({ ok: true, value: { isFinished: true, sessionsEnded: 3 } });
    for (const { instanceId } of many(250)) {
      const object = deletion.events.indexOf(`object ${instanceId}`);
      expect(object).toBeGreaterThanOrEqual(0);
      expect(deletion.events.indexOf(`rows ${instanceId}`)).toBeGreaterThan(object);
    }
    expect(deletion.mostAtOnce).toBe(10);
    expect(deletion.concluded).toMatchObject([['succeeded', { sessionsEnded: 3, pending: 0 }]]);
  });

  it('takes a bounded number of instances, and the next one goes on from there', async () => {
    const deletion = new Deletion(many(2_050));
    expect(await deletion.run()).toMatchObject({ ok: true, value: { isFinished: false } });
    expect(deletion.count('object')).toBe(2_000);
    expect(await deletion.run()).toMatchObject({ ok: true, value: { isFinished: true } });
    expect(deletion.count('object')).toBe(2_050);
  });

  it('destroys what is theirs and open first, and waits no longer than it may', async () => {
    const own = { userId: 'person', isOwn: true };
    const targets = [
      target(0, own),
      target(1, { ...own, hasOverride: false }),
      target(2, { ...own, isClosed: true }),
      target(3),
    ];
    const deletion = new Deletion(targets);
    const waits: number[] = [];
    deletion.destroy = async ({ instanceId }, waitMs) => {
      waits.push(waitMs);
      deletion.nowMs += 5_000;
      return ok(instanceId === idOf(0));
    };
    deletion.forget = async () => ok({ ...FORGOTTEN, overrides: 1, operations: 2, auditRows: 3 });
    expect(await deletion.run()).toMatchObject({
      ok: true,
      value: {
        instancesDestroyed: 1,
        overridesCleared: 2,
        overridesAnonymised: 1,
        operationsScrubbed: 8,
        auditRowsScrubbed: 13,
        pending: [idOf(1)],
        pendingCount: 1,
        isFinished: false,
      },
    });
    expect(waits).toEqual([1_000, 0]);
    expect(deletion.events.indexOf(`destroy ${idOf(0)}`)).toBeLessThan(
      deletion.events.indexOf(`object ${idOf(0)}`),
    );
    expect(deletion.events).not.toContain(`destroy ${idOf(2)}`);
  });

  it.each([
    ['does not answer', refuse('overloaded', 'no answer'), 'overloaded'],
    ['still owes the registry', ok({ ...FORGOTTEN, isPaid: false }), 'registry_unavailable'],
    ['has not forgotten', ok({ ...FORGOTTEN, isForgotten: false }), 'state_invalid'],
  ] as const)(
    'is not complete where one object %s; its rows stay, the others’ go',
    async (_what, bad, code) => {
      const deletion = new Deletion(many(3));
      deletion.forget = async ({ instanceId }) => (instanceId === idOf(1) ? bad : ok(FORGOTTEN));
      const result = await deletion.run();
      expect(result).toMatchObject({
        ok: false,
        error: {
          code,
          message: expect.stringContaining('Ask again'),
          details: { instances: [{ instanceId: idOf(1), code }] },
        },
      });
      expect(deletion.events).not.toContain(`rows ${idOf(1)}`);
      expect(deletion.count('rows')).toBe(2);
      expect(deletion.concluded).toMatchObject([['failed', { code, failed: 1 }]]);
      deletion.forget = async () => ok(FORGOTTEN);
      expect(await deletion.run()).toMatchObject({ ok: true, value: { isFinished: true } });
    },
  );

  it('has an instance forget that can’t be destroyed, and says why', async () => {
    const deletion = new Deletion([target(0, { userId: 'person', isOwn: true })]);
    deletion.destroy = async () => refuse('provider_unsupported', 'provider: not configured');
    expect(await deletion.run()).toMatchObject({ ok: false, error: { code: 'provider_unsupported' } });
    expect(deletion.events).toEqual([`destroy ${idOf(0)}`, `object ${idOf(0)}`]);
  });

  it('is not complete where something is found at the end', async () => {
    const deletion = new Deletion([]);
    deletion.left = { ...CLEAN, auditRows: 1 };
    const result = await deletion.run();
    expect(result).toMatchObject({ ok: false, error: { details: { left: { auditRows: 1 } } } });
    expect(deletion.concluded).toMatchObject([['failed', {}]]);
  });

  it('touches nothing where it is refused', async () => {
    const deletion = new Deletion(many(1));
    deletion.begun = { outcome: 'last_admin' };
    expect(await deletion.run()).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect([deletion.events, deletion.concluded]).toEqual([[], []]);
  });

  it('ends where Postgres is lost in the middle', async () => {
    const deletion = new Deletion(many(1));
    deletion.forget = async () => {
      throw new RegistryUnavailable('cut', null);
    };
    await expect(deletion.run()).rejects.toBeInstanceOf(RegistryUnavailable);
    deletion.forget = async () => ok(FORGOTTEN);
    expect(await deletion.run()).toMatchObject({ ok: true, value: { isFinished: true } });
  });
});
