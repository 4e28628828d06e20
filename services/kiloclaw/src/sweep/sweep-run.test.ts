import type { InstanceRow } from '@kiloclaw/db';
import { describe, expect, it } from 'vitest';
import type { SweepAnswer } from '../instance/instance-rpc.ts';
import { POKES_MOST, runSweep, type SweepPlace } from './sweep-run.ts';

const DAY_MS = 24 * 60 * 60_000;
const RUN_EVERY_MS = 10 * 60_000;
const SUBREQUESTS_MOST = 10_000;
const NOTHING: SweepAnswer = { alarmRepaired: false, rowDiffered: false };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const idOf = (index: number) => String(index).padStart(8, '0');

/** A registry of so many rows, and what the sweep does with it. */
class Fleet {
  nowMs = Date.UTC(2026, 0, 1);
  place: SweepPlace | null = null;
  readonly poked: string[] = [];
  readonly warnings: string[] = [];
  pagesRead = 0;
  kept = 0;
  /** How long a poke takes. */
  pokeMs = 0;
  answer: (id: string) => SweepAnswer | null = () => NOTHING;
  isAway: (afterId: string | null) => boolean = () => false;
  private readonly ids: readonly string[];

  constructor(size: number) {
    this.ids = Array.from({ length: size }, (_, index) => idOf(index));
  }

  /** One run, as long as the cron leaves it. */
  run(roundMs = DAY_MS) {
    return runSweep(
      {
        now: () => this.nowMs,
        place: {
          read: async () => this.place,
          keep: async (place) => {
            this.kept += 1;
            this.place = place;
          },
        },
        readPage: async (afterId, limit) => {
          this.pagesRead += 1;
          if (this.isAway(afterId)) throw new Error('Postgres is away');
          const first = afterId === null ? 0 : this.ids.indexOf(afterId) + 1;
          return this.ids.slice(first, first + limit).map((id) => ({ id }) as InstanceRow);
        },
        poke: async ({ id }) => {
          this.poked.push(id);
          this.nowMs += this.pokeMs;
          return this.answer(id);
        },
        log: { ...silent, warn: (event) => this.warnings.push(event) },
      },
      roundMs,
    );
  }

  /** As many runs as a day has. */
  async day(): Promise<void> {
    const endsAt = this.nowMs + DAY_MS;
    while (this.nowMs < endsAt) {
      const next = this.nowMs + RUN_EVERY_MS;
      await this.run();
      this.nowMs = Math.max(next, this.nowMs);
    }
  }

  get all(): readonly string[] {
    return this.ids;
  }
}

describe('a run of the sweep', () => {
  it('takes a bounded slice, and the next one goes on from there', async () => {
    const fleet = new Fleet(POKES_MOST + 700);
    expect((await fleet.run()).instances).toBe(POKES_MOST);
    expect((await fleet.run()).instances).toBe(700);
    expect(fleet.poked).toEqual(fleet.all);
  });

  it.each([0, 1, 499, 500, 501, POKES_MOST])(
    'ends its round after the last of %s instances',
    async (size) => {
      const fleet = new Fleet(size);
      await fleet.run();
      await fleet.run();
      expect(fleet.poked).toEqual(fleet.all);
      expect(fleet.place).toMatchObject({ afterId: null });
    },
  );

  it('ends in time where objects are slow, and the next one goes on from there', async () => {
    const fleet = new Fleet(2_000);
    fleet.pokeMs = 1_000;
    const startedAt = fleet.nowMs;
    await fleet.run();
    expect(fleet.nowMs - startedAt).toBeLessThan(RUN_EVERY_MS);
    expect(fleet.poked.length).toBeLessThan(2_000);
    fleet.pokeMs = 0;
    await fleet.run();
    expect(fleet.poked).toEqual(fleet.all);
  });

  it('throws where a page can’t be read, and the next one goes on with that page', async () => {
    const fleet = new Fleet(1_200);
    fleet.isAway = (afterId) => afterId !== null;
    await expect(fleet.run()).rejects.toThrow('Postgres is away');
    fleet.isAway = () => false;
    await fleet.run();
    expect(fleet.poked).toEqual(fleet.all);
  });

  it('counts what came of it; an instance that fails keeps no other from its turn', async () => {
    const fleet = new Fleet(4);
    const answers = [null, { ...NOTHING, alarmRepaired: true }, { ...NOTHING, rowDiffered: true }, NOTHING];
    fleet.answer = (id) => answers[Number(id)] ?? null;
    expect(await fleet.run()).toEqual({ instances: 4, alarmsRepaired: 1, rowsDiffered: 1, failed: 1 });
  });
});

describe('the rounds of the sweep', () => {
  it('meet each instance once a day', async () => {
    const fleet = new Fleet(600);
    await fleet.day();
    expect(fleet.poked).toEqual(fleet.all);
    await fleet.day();
    expect(fleet.poked).toEqual([...fleet.all, ...fleet.all]);
    expect(fleet.warnings).toEqual([]);
  });

  it('meet a fleet of a million within a day, and no run needs more subrequests than it has', async () => {
    expect((DAY_MS / RUN_EVERY_MS) * POKES_MOST).toBeGreaterThan(1_000_000);
    const fleet = new Fleet(POKES_MOST + 1);
    await fleet.run();
    // Each may be two: a look-up, and the call itself.
    expect(fleet.poked.length + 2 * (fleet.pagesRead + fleet.kept + 1)).toBeLessThan(SUBREQUESTS_MOST);
  });

  it('tell where one takes longer than it may', async () => {
    const fleet = new Fleet(1);
    fleet.place = { afterId: idOf(0), roundBeganAt: fleet.nowMs - DAY_MS - 1 };
    await fleet.run();
    expect(fleet.warnings).toEqual(['a round over the registry takes longer than it may']);
  });
});
