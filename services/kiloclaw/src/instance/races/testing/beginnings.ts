/** The instances that histories begin with: each is made once, by its operations, and then only copied. */
import type { InstanceRow } from '@kiloclaw/db';
import type { InstanceState } from '../../state.ts';
import { TestInstance } from '../../testing/test-instance.ts';
import type { WorldMachine, WorldVolume } from '../../testing/world.ts';

/** How long before the jump of an alarm's clock a lent size with an end has left. */
export const LENT_FOR_MS = 10_000;

export interface BeginningWish {
  readonly status: 'running' | 'stopped';
  /** `waiting`: set, and the machine not started on it yet. */
  readonly lent: 'none' | 'applied' | 'waiting';
  readonly ends: boolean;
  /** A volume grown beyond its tier's. */
  readonly isExtended: boolean;
}

export interface Beginning {
  readonly state: InstanceState;
  readonly machine: WorldMachine;
  readonly volume: WorldVolume;
  readonly row: InstanceRow;
  readonly now: number;
}

const made = new Map<string, Promise<Beginning>>();

export function beginningOf(wish: BeginningWish): Promise<Beginning> {
  const key = JSON.stringify(wish);
  const known = made.get(key) ?? make(wish);
  made.set(key, known);
  return known;
}

async function make({ status, lent, ends, isExtended }: BeginningWish): Promise<Beginning> {
  const test = await new TestInstance().provisioned();
  const expiresAt = ends ? new Date(test.clock.now() + LENT_FOR_MS).toISOString() : null;
  if (isExtended) await test.done(test.extend(15));
  if (lent === 'applied') await test.done(test.setOverride('perf-4-8', { apply: 'now', expiresAt }));
  if (status === 'stopped') await test.done(test.change('stop'));
  if (lent === 'waiting') await test.done(test.setOverride('perf-4-8', { expiresAt }));
  const [machine] = test.world.machines;
  const [volume] = test.world.volumes;
  const { row } = test.registry;
  if (machine === undefined || volume === undefined || row === null)
    throw new Error('nothing was provisioned');
  return { state: test.state(), machine, volume, row, now: test.clock.now() };
}
