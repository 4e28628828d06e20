/** One instance and what the control plane would have recorded of it. */
import { z } from 'zod';
import type {
  InstanceTags,
  MachineSpec,
  MachineWait,
  Provider,
  Resources,
  SizeChange,
  VolumeSpec,
} from '../../provider.ts';

export const SECRET = 'canary-env-value';
export const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
/** What perf-1-3 is given. */
export const PLAN_1_4 = { cpus: 1, memory_mb: 4096, cpu_kind: 'performance' } as const;
export const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

export const VOLUME: VolumeSpec = { sizeGb: 10, region: null, machineSize: PLAN_1_4 };
export const MACHINE: MachineSpec = {
  size: PLAN_1_4,
  sizeSource: 'tier',
  region: null,
  image: 'registry.example.com/team/app:v1',
  env: { PASSPHRASE: SECRET },
  mountPath: '/data',
  port: 8080,
  configurationFingerprint: '0123456789abcdef0123456789abcdef',
};

export class Life {
  readonly provider: Provider;
  readonly tags: InstanceTags;
  resources: Resources;

  constructor(provider: Provider, tags: InstanceTags) {
    this.provider = provider;
    this.tags = tags;
    this.resources = provider.nameResources(tags);
  }

  learn(learned: Resources | null): Resources | null {
    this.resources = { ...this.resources, ...learned };
    return learned;
  }

  forget(...keys: string[]): void {
    this.resources = { ...this.resources, ...Object.fromEntries(keys.map((key) => [key, null])) };
  }

  text(key: string): string {
    return z.string().parse(this.resources[key]);
  }

  ensureHome = async (region: string | null = null) =>
    this.learn(await this.provider.ensureHome(this.tags, this.resources, region));
  createVolume = async (spec = VOLUME) =>
    this.learn(await this.provider.createVolume(this.tags, this.resources, spec));
  findVolume = async () => this.learn(await this.provider.findVolume(this.tags, this.resources));
  createMachine = async (spec = MACHINE) =>
    this.learn(await this.provider.createMachine(this.tags, this.resources, spec));
  findMachine = async () => this.learn(await this.provider.findMachine(this.tags, this.resources));
  updateMachine = async (spec: MachineSpec) =>
    this.learn(await this.provider.updateMachine(this.tags, this.resources, spec));
  changeMachineSize = async (change: SizeChange) =>
    this.learn(await this.provider.changeMachineSize(this.tags, this.resources, change));
  observeVolume = () => this.provider.observeVolume(this.tags, this.resources);
  extendVolume = (sizeGb: number) => this.provider.extendVolume(this.tags, this.resources, sizeGb);
  observe = (wait?: MachineWait) => this.provider.observeMachine(this.tags, this.resources, wait);
  start = () => this.provider.startMachine(this.tags, this.resources);
  stop = () => this.provider.stopMachine(this.tags, this.resources);
  deleteMachines = () => this.provider.deleteMachines(this.tags, this.resources);
  deleteVolumes = () => this.provider.deleteVolumes(this.tags, this.resources);
  deleteMachine = (machineId: string) => this.provider.deleteMachine(this.tags, this.resources, machineId);
  deleteVolume = (volumeId: string) => this.provider.deleteVolume(this.tags, this.resources, volumeId);
  deleteHome = () => this.provider.deleteHome(this.tags, this.resources);
  owned = () => this.provider.listOwned(this.tags, this.resources);

  async provision(): Promise<void> {
    await this.ensureHome();
    await this.createVolume();
    await this.createMachine();
    await this.observe({ until: 'running', waitMs: 10_000 });
  }
}
