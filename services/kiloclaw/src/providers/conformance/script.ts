/** Whole lives, and how each step of them is taken. */
import assert from 'node:assert/strict';
import type { MachineObservation } from '../provider.ts';
import { mayPass, ProviderError } from '../provider-error.ts';
import { type Life, pause } from './life.ts';
import {
  besideRetired,
  FORK,
  findMachine,
  findVolume,
  GROWN,
  HOLD,
  HOME,
  IMAGE,
  LARGER,
  NEW_MACHINE,
  NEW_VOLUME,
  NO_HOME,
  NO_MACHINE,
  NO_SURPLUS,
  NO_VOLUME,
  RELEASE,
  START,
  STOP,
  type Step,
  UPDATED,
} from './steps.ts';

/** Everything up to a machine that runs: one that was adopted half made may be at rest, so that it is started too. */
export const PROVISION: readonly Step[] = [HOME, NEW_VOLUME, IMAGE, NEW_MACHINE, START];
/** Everything until nothing is left. */
export const DESTROY: readonly Step[] = [NO_MACHINE, NO_VOLUME, NO_HOME];

/** The lives that an instance can have at this provider, in the order that its capabilities ask for. */
export function livesAt(life: Life): readonly (readonly Step[])[] {
  return life.provider.capabilities.forksVolume ? [wholeLife(life), MOVED_LIFE] : [wholeLife(life)];
}

function wholeLife({ provider, subject: { machine } }: Life): readonly Step[] {
  const { extendVolume, resizeNeedsStop } = provider.capabilities;
  const otherwise = { ...machine, configurationFingerprint: 'another' };
  const change = [HOLD, LARGER, RELEASE, ...(extendVolume ? [GROWN] : [])];
  const updates = provider.machineChange(machine, otherwise) === 'update' ? [UPDATED] : [];
  const changes = resizeNeedsStop ? [STOP, ...change, ...updates] : [...change, STOP, ...updates];
  return [...PROVISION, NO_SURPLUS, ...changes, START, ...DESTROY];
}

/** A host that is full is left, with a copy of the data. */
const MOVED_LIFE: readonly Step[] = [
  ...PROVISION,
  STOP,
  FORK,
  ...[NO_MACHINE, NEW_MACHINE, START, NO_MACHINE].map(besideRetired),
  NO_VOLUME,
  NO_HOME,
];

/** What can be asked of a machine that is there, without changing it; null is an absence, and an empty list is one too. */
export const READS: readonly { readonly name: string; readonly read: (life: Life) => Promise<unknown> }[] = [
  { name: 'findVolume', read: findVolume },
  { name: 'findMachine', read: findMachine },
  { name: 'observeMachine', read: (life): Promise<MachineObservation | null> => life.observe() },
  { name: 'observeVolume', read: ({ provider, tags, resources }) => provider.observeVolume(tags, resources) },
  { name: 'listOwned', read: async (life) => (await life.owned())[0] ?? null },
  {
    name: 'listFleet',
    read: async ({ provider, tags }) => (await provider.listFleet(tags.fleetId))[0] ?? null,
  },
];

/** Takes the step as often as its passing errors ask for, looking first where something may have been done before. */
export async function take(life: Life, step: Step, { lookFirst = false } = {}): Promise<void> {
  const { pace } = life.subject;
  let mustLook = lookFirst;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const found = mustLook && step.look !== undefined ? await step.look(life) : null;
      life.learn(found ?? (await step.act(life)));
      return;
    } catch (error) {
      if (!(error instanceof ProviderError && mayPass(error)) || attempt >= pace.triesMost) throw error;
      mustLook = true;
      await pause(pace);
    }
  }
}

/** Takes the step to its end, and counts what there is then. */
export async function takeAndProve(life: Life, step: Step, options?: { lookFirst: boolean }): Promise<void> {
  await take(life, step, options);
  await step.prove?.(life);
  await requireCounts(life, step);
}

export async function requireCounts(life: Life, { name, leaves }: Step): Promise<void> {
  const { machines, volumes } = await life.inventory();
  const counts = { machines: machines.length, volumes: volumes.length };
  assert.deepEqual(counts, leaves, `what there is after ${name}`);
}

export async function takeAll(life: Life, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await takeAndProve(life, step);
}

/** Takes away whatever there is of it. */
export async function destroy(life: Life): Promise<void> {
  for (const step of DESTROY) {
    await take(life, step);
    await step.prove?.(life);
  }
}
