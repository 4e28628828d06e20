/**
 * An instance from the time before its object: a machine and a volume at Fly and a row in the registry, made by no call
 * of the platform API. Its owner's first call restores it.
 */
import type { createFlyProvider } from '@kiloclaw/control-plane/fly';
import { deliver, openRegistry } from '@kiloclaw/db';
import { sandboxIdOf } from '@kiloclaw/platform-contract';

type FlyProvider = ReturnType<typeof createFlyProvider>;
type MachineSize = Parameters<FlyProvider['fitSize']>[0];

const MOUNT_PATH = '/data';
const PORT = 8080;
/** Stands where the control plane puts the keyed hash of a configuration: it knows none of these. */
const UNKNOWN_CONFIGURATION = 'inherited';

export interface InheritedSite {
  readonly fly: FlyProvider;
  readonly fleetId: string;
  readonly registryUrl: string;
  readonly image: string;
}

export interface Inherited {
  readonly userId: string;
  readonly userEmail: string;
  readonly instanceId: string;
  readonly name: string;
  /** The recorded label, or null where nobody has recorded one. */
  readonly instanceType: string | null;
  readonly machineSize: MachineSize;
  readonly volumeSizeGb: number;
}

/**
 * Makes what is missing of it; asked again, it makes nothing twice. Answers the machine's id. Throws what Fly or
 * Postgres refuses.
 */
export async function makeInherited(site: InheritedSite, inherited: Inherited): Promise<string> {
  const { fly, fleetId } = site;
  const { userId, instanceId, machineSize, volumeSizeGb } = inherited;
  const tags = { fleetId, instanceId, userId, sandboxId: sandboxIdOf(instanceId) };
  const named = fly.nameResources(tags);
  const homed = { ...named, ...(await fly.ensureHome(tags, named)) };
  const region = fly.defaultRegion();
  const volume =
    (await fly.findVolume(tags, homed)) ??
    (await fly.createVolume(tags, homed, { sizeGb: volumeSizeGb, region, machineSize }));
  const placed = { ...homed, ...volume };
  const machine =
    (await fly.findMachine(tags, placed)) ??
    (await fly.createMachine(tags, placed, {
      size: machineSize,
      sizeSource: 'tier',
      region,
      image: site.image,
      env: {},
      mountPath: MOUNT_PATH,
      port: PORT,
      configurationFingerprint: UNKNOWN_CONFIGURATION,
    }));
  const machineId = String({ ...placed, ...machine }.machineId);
  await writeRow(site, inherited, { machineId, region });
  return machineId;
}

async function writeRow(
  { registryUrl }: InheritedSite,
  { userId, userEmail, instanceId, name, instanceType }: Inherited,
  { machineId, region }: { readonly machineId: string; readonly region: string | null },
): Promise<void> {
  const now = Date.now();
  const row = {
    id: instanceId,
    userId,
    sandboxId: sandboxIdOf(instanceId),
    provider: 'fly',
    name,
    region,
    instanceType,
    adminSizeOverride: null,
    status: 'running',
    machineSize: null,
    volumeSizeGb: null,
    machineId,
    driftKinds: [],
    trackedImageTag: null,
    registryVersion: 0,
    createdAt: now,
    updatedAt: now,
    destroyedAt: null,
  };
  const registry = openRegistry(registryUrl);
  try {
    const [result] = await deliver(registry.db, [{ user: { id: userId, email: userEmail }, row, audit: [] }]);
    if (result?.ok !== true) throw new Error(`the registry refuses the row: ${JSON.stringify(result)}`);
  } finally {
    await registry.close();
  }
}
