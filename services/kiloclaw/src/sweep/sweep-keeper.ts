/** Keeps where the sweep has got to: one object for the whole fleet. Should it lose that, a round begins anew. */
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import type { SweepPlace } from './sweep-run.ts';

const PLACE = 'place';

export class SweepKeeper extends DurableObject<Env> {
  async read(): Promise<SweepPlace | null> {
    return (await this.ctx.storage.get<SweepPlace>(PLACE)) ?? null;
  }

  async keep(place: SweepPlace): Promise<void> {
    await this.ctx.storage.put(PLACE, place);
  }
}
