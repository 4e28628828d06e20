/**
 * An instance from the time before its object: a machine and a volume at its provider and a row in the registry, made by no call
 * of the platform API. Its owner's first call restores it.
 */
import type { createFlyProvider } from '@kiloclaw/control-plane/fly';
import { deliver, openRegistry } from '@kiloclaw/db';
import { sandboxIdOf } from '@kiloclaw/platform-contract';

type Provider = ReturnType<typeof createFlyProvider>;
type MachineSize = Parameters<Provider['fitSize']>[0];

const MOUNT_PATH = '/data';
const PORT = 8080;
/** Stands where the control plane puts the keyed hash of a configuration: it knows none of these. */
const UNKNOWN_CONFIGURATION = 'inherited';

export interface InheritedSite {
  readonly provider: Provider;
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
 * Makes what is missing of it; asked again, it makes nothing twice. Answers the machine's id. Throws what the
 * provider or Postgres refuses.
 */
export async function makeInherited(site: InheritedSite, inherited: Inherited): Promise<string> {
  const { provider, fleetId } = site;
  const { userId, instanceId, machineSize, volumeSizeGb } = inherited;
  const tags = { fleetId, instanceId, userId, sandboxId: sandboxIdOf(instanceId) };
  const named = provider.nameResources(tags);
  const homed = { ...named, ...(await provider.ensureHome(tags, named)) };
  const region = provider.defaultRegion();
  const volume =
    (await provider.findVolume(tags, homed)) ??
    (await provider.createVolume(tags, homed, { sizeGb: volumeSizeGb, region, machineSize }));
  const placed = { ...homed, ...volume };
  const machine =
    (await provider.findMachine(tags, placed)) ??
    (await provider.createMachine(tags, placed, {
      size: await provider.fitSize(machineSize),
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
  { registryUrl, provider }: InheritedSite,
  { userId, userEmail, instanceId, name, instanceType }: Inherited,
  { machineId, region }: { readonly machineId: string; readonly region: string | null },
): Promise<void> {
  const now = Date.now();
  const row = {
    id: instanceId,
    userId,
    sandboxId: sandboxIdOf(instanceId),
    provider: provider.id,
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
