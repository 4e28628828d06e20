/** Silence is no absence: what a provider does not say is there may be there all the same. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { READS, requireCounts } from '../script.ts';
import { NEW_MACHINE } from '../steps.ts';
import { thrownBy } from '../thrown.ts';

const outageIsNoAbsence: Case = {
  name: 'while nothing answers, no look tells that something is gone',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    for (const fault of ['never_arrived', 'error_page', 'stray_404_page', 'garbled'] as const) {
      for (const { name, read } of READS) {
        life.crash(life.resources, { readTries: 1 });
        const armed = stage.bench.faults.arm(fault, 1, { everyOne: true });
        const error = await thrownBy(read(life));
        armed.disarm();
        assert.ok(armed.hit, `${fault} did not hit ${name}`);
        assert.equal(error?.kind, 'unavailable', `${name} while every call meets with ${fault}`);
      }
    }
  },
};

const deletionsNeedAnAnswer: Case = {
  name: 'while nothing answers, no deletion tells that it is done',
  group: 'plain',
  async run(stage) {
    const life = await stage.provisioned();
    const { tags, resources } = life;
    for (const fault of ['never_arrived', 'error_page', 'stray_404_page'] as const) {
      for (const name of ['deleteMachines', 'deleteVolumes', 'deleteHome'] as const) {
        life.crash(resources, { readTries: 1 });
        const armed = stage.bench.faults.arm(fault, 1, { everyOne: true });
        const error = await thrownBy(life.provider[name](tags, resources));
        armed.disarm();
        if (armed.hit === null) continue;
        assert.ok(error, `${name} was told as done while every call met with ${fault}`);
      }
    }
    await requireCounts(life, NEW_MACHINE);
  },
};

const emptyLists: Case = {
  name: 'empty lists during an incident make nothing a second time while ids are known',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.emptyLists !== null,
  async run(stage) {
    const life = await stage.provisioned();
    const { provider, tags, resources } = life;
    const end = stage.bench.tricks.emptyLists?.();
    const volume = await provider.findVolume(tags, resources);
    const machine = await provider.findMachine(tags, resources);
    const seen = await life.observe();
    end?.();
    assert.ok(volume && machine, 'what is recorded was told as absent');
    for (const [key, value] of Object.entries({ ...volume, ...machine })) {
      if (key.endsWith('Id')) assert.equal(value, resources[key], key);
    }
    assert.equal(seen?.state, 'running');
  },
};

const emptyListsAndNoIds: Case = {
  name: 'empty lists and a lost id make no second machine: the name is taken',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.emptyLists !== null,
  async run(stage) {
    const life = await stage.provisioned();
    const spec = await life.machineSpec();
    const end = stage.bench.tricks.emptyLists?.();
    await thrownBy(life.provider.createMachine(life.tags, { ...life.resources, machineId: null }, spec));
    end?.();
    await requireCounts(life, NEW_MACHINE);
  },
};

export const ABSENCE_CASES: readonly Case[] = [
  outageIsNoAbsence,
  deletionsNeedAnAnswer,
  emptyLists,
  emptyListsAndNoIds,
];
