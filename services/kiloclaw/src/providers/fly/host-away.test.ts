/** A machine whose host does not answer: Fly shows it without its configuration. */
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { createFlyProvider } from './adapter.ts';
import { FLEET, MACHINE, PERF_4_8 } from './testing/harness.ts';

const TAGS = {
  fleetId: FLEET,
  instanceId: '0190a7c4-1111-7000-8000-000000000001',
  userId: 'user-1',
  sandboxId: 'kc-1',
};
const ID = '148e2d1d7d1289';
const OWN_TAGS = { kiloclaw_fleet_id: FLEET, kiloclaw_instance_id: TAGS.instanceId };

function setUp(shown: Record<string, unknown>) {
  const writes: string[] = [];
  const provider = createFlyProvider({
    fetch: async (url, init) => {
      const path = new URL(url).pathname;
      if (init.method !== 'GET') writes.push(`${init.method} ${path}`);
      const machine = {
        id: ID,
        name: names.machineName,
        state: 'started',
        host_status: 'unreachable',
        instance_id: '01A',
        ...shown,
      };
      if (path.endsWith(`/machines/${ID}`)) return Response.json(machine);
      return Response.json(path.endsWith('/machines') ? [machine] : []);
    },
    config: {
      baseUrl: 'https://api.example.com',
      token: 't',
      orgSlug: 'personal',
      regions: ['iad'],
      appPrefix: 'kc',
    },
    log: () => {},
  });
  const names = provider.nameResources(TAGS);
  return { provider, writes, names, recorded: { ...names, machineId: ID, volumeId: 'vol_1' } };
}

async function kindOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  return error instanceof ProviderError ? error.kind : error;
}

describe('a machine without its configuration', () => {
  it.each([
    ['nothing', {}],
    ['an incomplete one', { incomplete_config: { metadata: OWN_TAGS } }],
    ['one that may be incomplete', { config: { metadata: OWN_TAGS } }],
  ])('(%s shown) is never written back', async (_what, shown) => {
    const { provider, writes, recorded } = setUp(shown);
    expect(await kindOf(provider.updateMachine(TAGS, recorded, MACHINE))).toBe('unavailable');
    const change = { size: PERF_4_8, sizeSource: 'tier' } as const;
    expect(await kindOf(provider.changeMachineSize(TAGS, recorded, change))).toBe('unavailable');
    expect(writes).toEqual([]);
  });

  it('is observed without size, endpoint and volume', async () => {
    const { provider, recorded } = setUp({});
    expect(await provider.observeMachine(TAGS, recorded)).toEqual({
      machineId: ID,
      state: 'running',
      size: null,
      sizeSource: null,
      configurationFingerprint: null,
      endpoint: null,
      mountedVolumeId: null,
      outOfMemoryAtMs: null,
    });
  });

  it('is found and deleted where its id is recorded', async () => {
    const { provider, writes, names, recorded } = setUp({});
    expect(await provider.findMachine(TAGS, recorded)).toEqual({ machineId: ID, machineVersion: '01A' });
    await provider.deleteMachines(TAGS, recorded);
    await provider.deleteMachine(TAGS, recorded, ID);
    expect(writes).toEqual(Array(2).fill(`DELETE /v1/apps/${names.appName}/machines/${ID}`));
  });

  it('is neither adopted nor deleted by its name alone, nor taken for absent', async () => {
    const { provider, writes, names } = setUp({});
    expect(await kindOf(provider.findMachine(TAGS, names))).toBe('unavailable');
    expect(await kindOf(provider.deleteMachines(TAGS, names))).toBe('unavailable');
    expect(await kindOf(provider.deleteMachine(TAGS, names, ID))).toBe('unavailable');
    expect(await provider.listOwned(TAGS, names)).toHaveLength(1);
    expect(writes).toEqual([]);
  });

  it('is known by the tags that are still shown', async () => {
    const { provider, names } = setUp({ incomplete_config: { metadata: OWN_TAGS } });
    expect(await provider.findMachine(TAGS, names)).toMatchObject({ machineId: ID });
  });

  it('that carries others’ tags is left alone though its id is recorded', async () => {
    const { provider, writes, recorded } = setUp({
      incomplete_config: { metadata: { kiloclaw_fleet_id: 'other' } },
    });
    await provider.deleteMachines(TAGS, recorded);
    expect(await kindOf(provider.deleteMachine(TAGS, recorded, ID))).toBe('invalid');
    expect(writes).toEqual([]);
  });
});
