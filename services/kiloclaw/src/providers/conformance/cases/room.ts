/** No room, and no quota: refused by its own kind, and nothing has changed. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import type { Life } from '../life.ts';
import { takeAll, takeAndProve } from '../script.ts';
import { grownSizeGb, HOME, NEW_VOLUME, STOP, type Step } from '../steps.ts';
import type { RoomFor } from '../subject.ts';
import { kindOf } from '../thrown.ts';

interface Attempt {
  readonly what: RoomFor;
  readonly doing: string;
  readonly before: readonly Step[];
  readonly mustStop: boolean;
  readonly attempt: (life: Life) => Promise<unknown>;
}

const attemptOf = ({ what, doing, before, mustStop, attempt }: Attempt): Case => ({
  name: `without room to ${doing}, that is told by its kind and nothing has changed`,
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.noRoom !== null && bench.tricks.noRoomKinds[what] !== null,
  async run(stage) {
    const life = before.length === 0 ? await stage.provisioned() : stage.newLife();
    await takeAll(life, before);
    if (mustStop) await takeAndProve(life, STOP);
    const seen = async () => [
      await life.inventory(),
      (await life.observe())?.size,
      (await life.provider.observeVolume(life.tags, life.resources))?.sizeGb,
    ];
    const asItWas = await seen();
    const full = stage.bench.tricks.noRoom?.(what);
    const kind = await kindOf(attempt(life));
    full?.end();
    assert.equal(full?.wasRefused(), true);
    assert.equal(kind, stage.bench.tricks.noRoomKinds[what]);
    assert.deepEqual(await seen(), asItWas);
  },
});

const ATTEMPTS: readonly Attempt[] = [
  {
    what: 'volume',
    doing: 'make a volume',
    before: [HOME],
    mustStop: false,
    attempt: ({ provider, tags, resources, subject }) =>
      provider.createVolume(tags, resources, subject.volume),
  },
  {
    what: 'machine',
    doing: 'make a machine',
    before: [HOME, NEW_VOLUME],
    mustStop: false,
    attempt: async (life) => life.provider.createMachine(life.tags, life.resources, await life.machineSpec()),
  },
  {
    what: 'size',
    doing: 'give a machine another size',
    before: [],
    mustStop: true,
    attempt: async (life) => {
      const { size } = await life.machineSpec(life.subject.largerSize);
      return life.provider.changeMachineSize(life.tags, life.resources, { size, sizeSource: 'tier' });
    },
  },
  {
    what: 'growth',
    doing: 'grow a volume',
    before: [],
    mustStop: true,
    attempt: ({ provider, tags, resources, subject }) =>
      provider.extendVolume(tags, resources, grownSizeGb(subject.volume.sizeGb)),
  },
  {
    what: 'start',
    doing: 'start a machine',
    before: [],
    mustStop: true,
    attempt: ({ provider, tags, resources }) => provider.startMachine(tags, resources),
  },
];

const hostTooSmall: Case = {
  name: 'a size that no host has is refused as host_too_small, without any effect',
  group: 'plain',
  async run(stage) {
    const { provider } = stage.newLife();
    const huge = { cpus: 4_096, memory_mb: 67_108_864, cpu_kind: 'performance' } as const;
    assert.equal(await kindOf(provider.fitSize(huge)), 'host_too_small');
    assert.deepEqual(
      stage.bench.faults.calls.filter(({ isEffect }) => isEffect),
      [],
    );
  },
};

export const ROOM_CASES: readonly Case[] = [...ATTEMPTS.map(attemptOf), hostTooSmall];
