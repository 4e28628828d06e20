/** Every kind of operation, hit at every call and at every segment border: it ends as if nothing had happened. */
import { describe, expect, it } from 'vitest';
import { recall } from '../restore.ts';
import { accepted, INSTANCE_ID, ignoreKilled, TestInstance } from '../testing/test-instance.ts';
import type { Fault, ProviderMethod } from '../testing/world.ts';
import { SUPPORTED_OPERATION_KINDS, type SupportedOperationKind } from './kinds.ts';

interface Scenario {
  readonly prepare: () => Promise<TestInstance>;
  readonly begin: (test: TestInstance) => Promise<unknown>;
  readonly leaves: 'running' | 'stopped' | 'nothing';
  /** Calls that change the provider's world on the undisturbed way. */
  readonly effects: readonly ProviderMethod[];
  /** What is recorded, and what the machine has, where that is not what was provisioned. */
  readonly hardware?: { readonly instanceType: string; readonly volumeSizeGb: number; readonly cpus: number };
}

const SCENARIOS: Partial<Record<string, Scenario>> = {
  provision: {
    prepare: async () => new TestInstance(),
    begin: (test) => test.provision(),
    leaves: 'running',
    effects: ['createVolume', 'createMachine'],
  },
  start: {
    prepare: () => new TestInstance().stopped(),
    begin: (test) => test.change('start'),
    leaves: 'running',
    effects: ['startMachine'],
  },
  stop: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.change('stop'),
    leaves: 'stopped',
    effects: ['stopMachine'],
  },
  restart: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.change('restart'),
    leaves: 'running',
    effects: ['stopMachine', 'startMachine'],
  },
  destroy: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.change('destroy'),
    leaves: 'nothing',
    effects: ['deleteMachines', 'deleteVolumes', 'deleteHome'],
  },
  update_config: {
    prepare: () => new TestInstance().stopped(),
    begin: (test) => test.provision({ env: { COLOUR: 'red' }, start: true }),
    leaves: 'running',
    effects: ['updateMachine', 'startMachine'],
  },
  resize: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.resize('perf-4-8', { apply: 'now' }),
    leaves: 'running',
    effects: ['stopMachine', 'changeMachineSize', 'extendVolume', 'startMachine'],
    hardware: { instanceType: 'perf-4-8', volumeSizeGb: 20, cpus: 4 },
  },
  set_override: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.setOverride('perf-4-16', { apply: 'now' }),
    leaves: 'running',
    effects: ['stopMachine', 'updateMachine', 'startMachine'],
    hardware: { instanceType: 'perf-1-3', volumeSizeGb: 10, cpus: 4 },
  },
  clear_override: {
    prepare: async () => {
      const test = await new TestInstance().provisioned();
      accepted(await test.setOverride('perf-4-8', { apply: 'now' }));
      await test.settle();
      return test;
    },
    begin: (test) => test.clearOverride({ apply: 'now' }),
    leaves: 'running',
    effects: ['stopMachine', 'updateMachine', 'startMachine'],
  },
  restore: {
    prepare: async () => {
      const test = await new TestInstance().provisioned();
      await test.loseStorage();
      return test;
    },
    begin: (test) => recall(test.instance, test.caller(), 'status'),
    leaves: 'running',
    effects: [],
  },
  extend_volume: {
    prepare: () => new TestInstance().provisioned(),
    begin: (test) => test.extend(15),
    leaves: 'running',
    effects: ['extendVolume'],
    hardware: { instanceType: 'custom', volumeSizeGb: 15, cpus: 1 },
  },
  repair: {
    prepare: async () => {
      const test = await new TestInstance().provisioned();
      test.machine.mountedVolumeId = 'vol_other';
      await test.lookTwice();
      await test.settle();
      return test;
    },
    begin: (test) => test.repair('volume_not_mounted', 'remount'),
    leaves: 'running',
    effects: ['stopMachine', 'deleteMachine', 'createMachine'],
  },
  replace_volume: {
    prepare: async () => {
      const test = await new TestInstance().provisioned();
      test.world.volumes.length = 0;
      await test.lookTwice();
      await test.settle();
      return test;
    },
    begin: (test) => test.replaceVolume(),
    leaves: 'running',
    effects: ['stopMachine', 'deleteMachine', 'createVolume', 'createMachine'],
  },
};

const AS_PROVISIONED = { instanceType: 'perf-1-3', volumeSizeGb: 10, cpus: 1 };

function scenarioOf(kind: SupportedOperationKind): Scenario {
  const scenario = SCENARIOS[kind];
  if (scenario === undefined) throw new Error(`operations of kind ${kind} have no recovery scenario`);
  return scenario;
}

/** Calls of the undisturbed operation, and the segments that it takes. */
async function undisturbed(scenario: Scenario) {
  const test = await scenario.prepare();
  const callsBefore = test.world.calls.length;
  const segmentsBefore = test.storage.segments;
  await scenario.begin(test);
  const isSettled = await test.settle();
  return {
    test,
    isSettled,
    calls: test.world.calls.slice(callsBefore),
    segments: test.storage.segments - segmentsBefore,
  };
}

function expectDone(
  test: TestInstance,
  kind: string,
  { leaves, hardware = AS_PROVISIONED }: Scenario,
  isSettled: boolean,
): void {
  expect(isSettled).toBe(true);
  const operation = test.newestOperation();
  expect([operation.kind, operation.status, operation.error]).toEqual([kind, 'succeeded', null]);
  const { machines, volumes } = test.world;
  const state = test.state();
  if (leaves === 'nothing') {
    expect([state.status, machines.length, volumes.length]).toEqual(['destroyed', 0, 0]);
    expect(test.registry.row).toMatchObject({ status: 'destroyed', destroyedAt: state.destroyedAt });
  } else {
    expect([state.status, machines.length, volumes.length]).toEqual([leaves, 1, 1]);
    expect(machines[0]?.state).toBe(leaves);
    const fingerprint = state.configuration?.fingerprint ?? state.built?.configurationFingerprint;
    expect(machines[0]?.spec.configurationFingerprint).toBe(fingerprint);
    expect(state.resources).toMatchObject({ machineId: machines[0]?.id, volumeId: volumes[0]?.id });
    const { cpus, ...recorded } = hardware;
    expect(test.registry.row).toMatchObject({ status: leaves, machineId: machines[0]?.id, ...recorded });
    expect([machines[0]?.spec.size.cpus, volumes[0]?.sizeGb]).toEqual([cpus, hardware.volumeSizeGb]);
    expect(test.world.extensions).toBe(hardware.volumeSizeGb > 10 ? 1 : 0);
    if (leaves === 'running') expect(state.applied?.given).toEqual(machines[0]?.spec.size);
  }
  expect(test.registry.auditOf(operation.id)).toEqual(['requested', 'succeeded']);
}

/** Each call of the undisturbed way, as (method, how many of it came before). */
function callsWithNth(calls: readonly ProviderMethod[]) {
  return calls.map((method, index) => ({
    method,
    nth: calls.slice(0, index + 1).filter((call) => call === method).length,
  }));
}

const FAULTS: readonly Fault[] = [
  { kind: 'before', error: 'unavailable' },
  { kind: 'before', error: 'ambiguous' },
  { kind: 'lost' },
  { kind: 'crash', at: 'before' },
  { kind: 'crash', at: 'after' },
];

/** Begins it; a caller whose call was lost before anything was accepted asks again. */
async function begunUnder(fault: Fault, { begin }: Scenario, test: TestInstance, kind: string) {
  const begun = begin(test);
  await test.quiet();
  if (fault.kind !== 'crash') return begun;
  await test.crash();
  return begunUnlessAccepted({ begin }, test, kind);
}

async function begunUnlessAccepted({ begin }: Pick<Scenario, 'begin'>, test: TestInstance, kind: string) {
  const accepted = test.instance.hasRecord() && test.operations()[0]?.kind === kind;
  return accepted ? null : begin(test);
}

describe.each(SUPPORTED_OPERATION_KINDS)('an operation of kind %s', (kind) => {
  it('has the effects that it is there for, once each', async () => {
    const scenario = scenarioOf(kind);
    const { test, calls, isSettled } = await undisturbed(scenario);
    expectDone(test, kind, scenario, isSettled);
    for (const effect of scenario.effects)
      expect([effect, calls.filter((c) => c === effect).length]).toEqual([effect, 1]);
  });

  it.each(FAULTS.map((fault) => [JSON.stringify(fault), fault] as const))(
    'succeeds when any one call meets with %s',
    async (_name, fault) => {
      const scenario = scenarioOf(kind);
      const { calls } = await undisturbed(scenario);
      expect(calls.length).toBeGreaterThan(0);
      for (const { method, nth } of callsWithNth(calls)) {
        const test = await scenario.prepare();
        let hits = 0;
        test.world.onFault = () => {
          hits += 1;
        };
        test.world.fail(method, fault, { nth });
        await begunUnder(fault, scenario, test, kind);
        const isSettled = await test.settle();
        expect([method, nth, hits]).toEqual([method, nth, 1]);
        expectDone(test, kind, scenario, isSettled);
      }
    },
  );

  it('succeeds when the process is killed at any one segment border', async () => {
    const scenario = scenarioOf(kind);
    const { segments } = await undisturbed(scenario);
    expect(segments).toBeGreaterThan(1);
    for (let border = 1; border <= segments; border += 1) {
      const test = await scenario.prepare();
      test.storage.killAfterSegments(border);
      await scenario.begin(test).catch(ignoreKilled);
      await test.quiet();
      await test.crash();
      await begunUnlessAccepted(scenario, test, kind);
      expectDone(test, kind, scenario, await test.settle());
    }
  });

  it('succeeds when the process is killed again after every segment', async () => {
    const scenario = scenarioOf(kind);
    const test = await scenario.prepare();
    test.storage.killAfterSegments(1);
    await scenario.begin(test).catch(ignoreKilled);
    await test.quiet();
    await test.crash();
    await begunUnlessAccepted(scenario, test, kind);
    const { segments } = await undisturbed(scenario);
    for (let life = 0; life < segments * 2; life += 1) {
      await test.quiet();
      await test.crash();
      test.storage.killAfterSegments(2);
      await test.runAlarm();
    }
    await test.crash();
    expectDone(test, kind, scenario, await test.settle());
  });
});

describe('a create whose answer was lost', () => {
  it('is looked for again where the look itself fails: no second volume', async () => {
    const test = new TestInstance();
    test.world.fail('createVolume', { kind: 'lost' });
    test.world.fail('findVolume', { kind: 'before', error: 'unavailable' }, { times: 3 });
    await test.provision();
    await test.settle();
    expect([test.world.countOf('createVolume'), test.world.volumes.length]).toEqual([1, 1]);
  });

  it('is adopted where it lands so late that the second try meets it', async () => {
    const test = new TestInstance();
    test.world.fail('createMachine', { kind: 'late' });
    await test.provision();
    await test.settle();
    expect(test.newestOperation().status).toBe('succeeded');
    expect(test.world.machines.length).toBe(1);
    expect(test.state().resources.machineId).toBe(test.world.machines[0]?.id);
  });

  it('is waited for anew after each try, and what lands too late is removed', async () => {
    const test = new TestInstance();
    test.world.fail('createVolume', { kind: 'late' });
    accepted(await test.provision());
    await test.settle();
    expect(test.newestOperation().status).toBe('succeeded');
    expect(test.world.volumes.map(({ id }) => id)).toEqual([test.state().resources.volumeId]);
    expect(test.world.machineOf(INSTANCE_ID)?.state).toBe('running');
  });

  it('gives each of several lost tries its own time to land', async () => {
    const test = new TestInstance();
    const actedAt: number[] = [];
    test.world.onFault = () => actedAt.push(test.clock.now());
    test.world.fail('createVolume', { kind: 'before', error: 'ambiguous' }, { times: 3 });
    await test.provision();
    await test.settle();
    expect(actedAt.length).toBe(3);
    const waits = actedAt.slice(1).map((at, index) => at - (actedAt[index] ?? 0));
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(5_000);
  });
});
