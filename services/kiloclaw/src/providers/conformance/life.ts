/** One instance in a case: its adapter, its tags, and what the control plane would have recorded of it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import { sandboxIdOf } from '@kiloclaw/platform-contract';
import type { HttpTiming } from '../http.ts';
import type {
  InstanceTags,
  MachineObservation,
  MachineSpec,
  MachineWait,
  Provider,
  Resources,
} from '../provider.ts';
import type { Bench, Inventory, Pace, Recorded, Subject } from './subject.ts';

export class Life implements Recorded {
  readonly tags: InstanceTags;
  readonly subject: Subject;
  readonly #bench: Bench;
  readonly #watch: (provider: Provider) => Provider;
  provider: Provider;
  resources: Resources;

  constructor(
    subject: Subject,
    bench: Bench,
    fleetId: string,
    /** Keeps every error that an adapter throws. */
    watch: (provider: Provider) => Provider,
  ) {
    const instanceId = randomUUID();
    this.tags = { fleetId, instanceId, userId: 'user-1', sandboxId: sandboxIdOf(instanceId) };
    this.subject = subject;
    this.#bench = bench;
    this.#watch = watch;
    this.provider = watch(bench.connect());
    this.resources = this.provider.nameResources(this.tags);
  }

  /** The process dies and another one goes on, from what was recorded: that of now, or of an earlier moment. */
  crash(recorded: Resources = this.resources, timing?: Partial<HttpTiming>): void {
    this.provider = this.#watch(this.#bench.connect(timing));
    this.resources = recorded;
  }

  learn(learned: Resources | null): void {
    this.resources = { ...this.resources, ...learned };
  }

  inventory(): Promise<Inventory> {
    return this.#bench.inventory(this);
  }

  /** The spec of its machine, in the size that the provider gives for the one asked for. */
  async machineSpec(size: MachineSize = this.subject.machine.size): Promise<MachineSpec> {
    return { ...this.subject.machine, size: await this.provider.fitSize(size) };
  }

  observe(wait?: MachineWait): Promise<MachineObservation | null> {
    return this.provider.observeMachine(this.tags, this.resources, wait);
  }

  owned() {
    return this.provider.listOwned(this.tags, this.resources);
  }

  /** Looks until the machine has come to this state; fails where it does not in time. */
  async until(until: MachineWait['until']): Promise<MachineObservation> {
    const { pace } = this.subject;
    let seen: MachineObservation | null = null;
    for (let look = 1; look <= pace.triesMost; look += 1) {
      seen = await this.observe({ until, waitMs: pace.waitMs });
      const isReached = until === 'settled' ? seen?.state !== 'transient' : seen?.state === until;
      if (seen !== null && isReached) return seen;
      await pause(pace);
    }
    assert.fail(`the machine is ${seen?.state ?? 'not there'} and never came to ${until}`);
  }

  /** Looks until the machine is told to have this size. */
  async untilSized(size: MachineSize): Promise<void> {
    const { pace } = this.subject;
    const { cpuKindsObservable } = this.provider.capabilities;
    const observability = { cpuKindObservable: cpuKindsObservable };
    let seen: MachineObservation | null = null;
    for (let look = 1; look <= pace.triesMost; look += 1) {
      seen = await this.observe({ until: 'settled', waitMs: pace.waitMs });
      if (seen?.size && sameMachineSize(seen.size, size, observability)) return;
      await pause(pace);
    }
    assert.fail(`the machine is told as ${JSON.stringify(seen?.size)} and was given ${JSON.stringify(size)}`);
  }

  /** Looks until nothing of this kind is listed. */
  async untilNone(kind: 'machine' | 'volume'): Promise<void> {
    const { pace } = this.subject;
    for (let look = 1; look <= pace.triesMost; look += 1) {
      if (!(await this.owned()).some((left) => left.kind === kind)) return;
      await pause(pace);
    }
    assert.fail(`a ${kind} is still listed after its deletion`);
  }
}

export function pause({ pauseMs }: Pace): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
