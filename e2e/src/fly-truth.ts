/** What the simulator really runs: the truth that no page and no record can talk out of. */
import type { Target } from '@kiloclaw/dev/testing';
import type { RunningStack } from './stack.ts';

export interface FlyTruth {
  /** Of its one machine. */
  readonly state: string | undefined;
  readonly cpus: number | undefined;
  readonly memoryMb: number | undefined;
  /** Of its one volume. */
  readonly volumeSizeGb: number | undefined;
  /** Another one after each update of the machine. */
  readonly version: string | undefined;
}

/** The machine and the volume of an instance; throws where it has more or fewer than one of each. */
export async function flyTruthOf({ client, fly }: RunningStack, target: Target): Promise<FlyTruth> {
  const { providerState } = (await client.call('debugStatus', target)).body;
  const state = await fly.state();
  const [machine, ...moreMachines] = state.machines.filter(({ app }) => app === providerState.appName);
  const [volume, ...moreVolumes] = state.volumes.filter(({ app }) => app === providerState.appName);
  if (machine === undefined || volume === undefined || moreMachines.length + moreVolumes.length > 0)
    throw new Error(`${target.instanceId} has not one machine and one volume at Fly.`);
  const { cpus, memory_mb } = machine.config.guest;
  const { state: machineState, instance_id } = machine;
  return {
    state: machineState,
    cpus,
    memoryMb: memory_mb,
    volumeSizeGb: volume.size_gb,
    version: instance_id,
  };
}
