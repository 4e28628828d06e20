/** Every place that builds a machine or changes its size, found in the sources: each sends the effective size. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectiveMachineSize, type MachineSize, tierOf } from '@kiloclaw/instance-tiers';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { TestInstance } from '../testing/test-instance.ts';
import type { ProviderMethod } from '../testing/world.ts';

const FOLDER = join(import.meta.dirname, '..');
const CALL = /provider\s*\.(createMachine|updateMachine|changeMachineSize)\(/g;

/** `file: method`, once for each call of it in the file. */
function callsInSources(): string[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\//.test(file));
  return sources.flatMap((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    return [...text.matchAll(CALL)].map(([, method]) => `${file}: ${method}`);
  });
}

type Lent = 'nothing lent' | 'a size lent' | 'a lent size past its end';
const LENT: readonly Lent[] = ['nothing lent', 'a size lent', 'a lent size past its end'];
const HOUR_MS = 60 * 60_000;

/** Sets the override, if any, without anything at the machine. */
async function lend(test: TestInstance, lent: Lent): Promise<void> {
  if (lent === 'nothing lent') return;
  const expiresAt = lent === 'a size lent' ? null : new Date(test.clock.now() + HOUR_MS).toISOString();
  await test.done(test.setOverride('perf-4-16', { expiresAt }));
  if (expiresAt !== null) test.clock.advance(HOUR_MS);
}

const effectiveOf = (test: TestInstance) => effectiveMachineSize({ ...test.state(), now: test.clock.now() });

interface Builder {
  /** As `callsInSources` names it. */
  readonly call: string;
  readonly step: string;
  readonly method: ProviderMethod;
  /** Comes just before the call; what is lent is set after it, where that can still count. */
  readonly prepare: (lent: Lent) => Promise<TestInstance>;
  readonly drive: (test: TestInstance) => Promise<unknown>;
  /** What the call is to send, where that is not the size that is effective once it is over. */
  readonly sends?: MachineSize;
}

async function resting(lent: Lent): Promise<TestInstance> {
  const test = await new TestInstance().stopped();
  await lend(test, lent);
  return test;
}

async function lostMachine(lent: Lent): Promise<TestInstance> {
  const test = await resting(lent);
  test.world.machines.splice(0);
  return test;
}

/** Its image is not known: the machine's own configuration is kept, and its size alone is sent. */
async function ofUnknownImage(lent: Lent): Promise<TestInstance> {
  const test = await resting(lent);
  test.rewrite({ configuration: null, built: null });
  // Somebody else has put another size on it: with its own there would be nothing to send.
  test.machine.spec = { ...test.machine.spec, size: { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' } };
  return test;
}

async function runningLive(lent: Lent): Promise<TestInstance> {
  const test = await new TestInstance().provisioned();
  test.world.capabilities = { ...A_CLOUD, sizeAppliesAt: 'live_upwards' };
  await lend(test, lent);
  return test;
}

const BUILDERS: readonly Builder[] = [
  {
    call: 'operations/machine-steps.ts: createMachine',
    step: 'create_machine',
    method: 'createMachine',
    prepare: lostMachine,
    drive: (test) => test.done(test.change('start')),
  },
  {
    call: 'operations/machine-steps.ts: updateMachine',
    step: 'update_machine',
    method: 'updateMachine',
    prepare: async (lent) => {
      const test = await resting(lent);
      await test.done(test.provision({ env: { COLOUR: 'red' } }));
      return test;
    },
    drive: (test) => test.done(test.change('start')),
  },
  {
    call: 'operations/machine-steps.ts: changeMachineSize',
    step: 'update_machine',
    method: 'changeMachineSize',
    prepare: ofUnknownImage,
    drive: (test) => test.done(test.change('start')),
  },
  {
    call: 'operations/resize.ts: changeMachineSize',
    step: 'put_size',
    method: 'changeMachineSize',
    prepare: resting,
    drive: (test) => test.done(test.resize('perf-4-8')),
  },
  {
    call: 'operations/resize.ts: changeMachineSize',
    step: 'restore_size',
    method: 'changeMachineSize',
    prepare: async (lent) => {
      const test = await resting(lent);
      test.world.fail('extendVolume', { kind: 'before', error: 'quota' });
      return test;
    },
    drive: (test) => test.done(test.resize('perf-4-8')),
    // The way back leaves the machine as it was, and builds nothing anew: its next start decides.
    sends: tierOf('perf-1-3').machineSize,
  },
  {
    call: 'operations/size-override.ts: changeMachineSize',
    step: 'raise_live',
    method: 'changeMachineSize',
    prepare: runningLive,
    drive: (test) => test.done(test.setOverride('perf-4-8', { apply: 'now' })),
  },
];

describe('places that build or change a machine', () => {
  it('are all in this table', () => {
    expect(callsInSources().sort()).toEqual(BUILDERS.map(({ call }) => call).sort());
  });

  const cases = BUILDERS.flatMap((builder) => LENT.map((lent) => [builder.step, lent, builder] as const));

  it.each(cases)(
    '%s sends the effective size with %s',
    async (step, lent, { method, prepare, drive, sends }) => {
      const test = await prepare(lent);
      const before = test.world.countOf(method);
      await drive(test);
      const steps = test.newestOperation().steps.filter(({ name }) => name === step);
      expect(steps.map(({ status }) => status)).toEqual(['succeeded']);
      expect(test.world.countOf(method)).toBeGreaterThan(before);
      expect(test.world.machines[0]?.spec.size).toEqual(sends ?? effectiveOf(test));
    },
  );
});
