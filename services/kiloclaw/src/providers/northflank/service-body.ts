/** What a machine is made of, in Northflank's words. Pure. */
import type { InstanceTags, MachineSpec } from '../provider.ts';
import { serviceMark } from './mark.ts';

/** Up to 8 characters. */
const PORT_NAME = 'http';

/**
 * The configuration of a machine. Not public: who may reach it from outside is decided by whoever puts a door before it.
 * Left out on purpose: `strategy`, which is refused unless the account has it switched on, and `createOptions.expiryTime`,
 * which would delete the service. A container that ends is started again by Northflank; that can't be turned off.
 */
function configurationOf({ image, port, env }: MachineSpec, instances: 0 | 1) {
  return {
    // `instances` must be said whenever `deployment` is.
    deployment: { instances, external: { imagePath: image } },
    ports: [{ name: PORT_NAME, internalPort: port, public: false, protocol: 'HTTP' }],
    runtimeEnvironment: env,
  };
}

function markOf(tags: InstanceTags, { sizeSource, configurationFingerprint }: MachineSpec): string {
  return serviceMark(tags, { sizeSource, configuration: configurationFingerprint });
}

/** The body that makes a machine: its volume is attached before its first container, which so starts on it. */
export function newServiceBody(
  tags: InstanceTags,
  spec: MachineSpec,
  { name, planId, volumeId }: { readonly name: string; readonly planId: string; readonly volumeId: string },
) {
  return {
    name,
    description: markOf(tags, spec),
    billing: { deploymentPlan: planId },
    ...configurationOf(spec, 1),
    createOptions: { volumesToAttach: [volumeId] },
  };
}

/**
 * The body that brings a machine that is there to the spec. What it does not name is kept; whether `runtimeEnvironment` is
 * replaced as a whole or merged is not documented: every variable that we want is in it.
 */
export function updatedServiceBody(
  tags: InstanceTags,
  spec: MachineSpec,
  { planId, instances }: { readonly planId: string; readonly instances: 0 | 1 },
) {
  return {
    description: markOf(tags, spec),
    billing: { deploymentPlan: planId },
    ...configurationOf(spec, instances),
  };
}
