/** What Podman 4.3.1 has answered through its Docker-like API, where that is not what Docker answers. */
import { describe, expect, it } from 'vitest';
import {
  CONTAINER,
  errorOf,
  LABELS,
  MB,
  message,
  reply,
  SPEC,
  setUp,
  TAGS,
  VOLUME,
} from './testing/canned-engine.ts';

const VERSION = reply(200, {
  Components: [{ Name: 'Podman Engine', Version: '4.3.1' }, { Name: 'Conmon' }],
  ApiVersion: '1.41',
  MinAPIVersion: '1.24',
});
const CREATE = 'POST /containers/create';
const BY_QUOTA = { Memory: 3072 * MB, MemorySwap: 3072 * MB, CpuQuota: 100_000, CpuPeriod: 100_000 };
/** A limit by quota is told as `NanoCpus` too. */
const INSPECTED = {
  ...CONTAINER,
  HostConfig: { ...BY_QUOTA, NanoCpus: 1_000_000_000, RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
};
const podman = (routes: Parameters<typeof setUp>[0]) => setUp({ 'GET /version': [VERSION], ...routes });

describe('Podman', () => {
  it('is given CPUs by quota and period, at creation and in an update, always with swap and restart policy', async () => {
    const larger = {
      ...INSPECTED,
      HostConfig: { ...INSPECTED.HostConfig, NanoCpus: 2e9, CpuQuota: 200_000 },
    };
    const { provider, sent } = podman({
      [CREATE]: [reply(201, { Id: 'c1', Warnings: [] })],
      'GET /containers/c1/json': [reply(200, INSPECTED), reply(200, larger)],
      'POST /containers/c1/update': [reply(200, {})],
    });
    await provider.createMachine(TAGS, {}, SPEC);
    const size = { ...SPEC.size, cpus: 2 };
    await provider.changeMachineSize(TAGS, { machineId: 'c1' }, { size, sizeSource: 'tier' });
    const RestartPolicy = { Name: 'no' };
    expect(sent[0]).toMatchObject({ HostConfig: { ...BY_QUOTA, RestartPolicy } });
    expect(sent[1]).toEqual({ ...BY_QUOTA, CpuQuota: 200_000, RestartPolicy });
    expect(JSON.stringify(sent)).not.toContain('NanoCpus');
  });

  it.each([
    ['knows no update', new Response('Not Found', { status: 404 })],
    ['says yes and changes nothing', new Response('{}')],
  ])('is told to be too old in a plain sentence where it %s', async (_what, answer) => {
    const { provider } = podman({
      'GET /containers/c1/json': [reply(200, INSPECTED)],
      'POST /containers/c1/update': [() => answer],
    });
    const change = { size: { ...SPEC.size, cpus: 2 }, sizeSource: 'tier' } as const;
    const error = await errorOf(provider.changeMachineSize(TAGS, { machineId: 'c1' }, change));
    expect([error.kind, error.message]).toEqual(['invalid', expect.stringMatching(/too old.*newer Podman/)]);
  });

  it('answers 500 to a name that is taken: the container of an earlier answer is taken over', async () => {
    const taken = message(
      500,
      'container create: creating container storage: the container name "kc-1" is already in use by c1. You have to remove that container to be able to reuse that name: that name is already in use',
    );
    const { provider } = podman({
      [CREATE]: [taken],
      'GET /containers/kc-1/json': [reply(200, INSPECTED)],
    });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ machineId: 'c1' });
    const other = podman({ [CREATE]: [message(500, 'no space left on device')] });
    expect((await errorOf(other.provider.createMachine(TAGS, {}, SPEC))).kind).toBe('unavailable');
  });

  it('lists what has any of the labels: nothing of a neighbour is deleted or told', async () => {
    const neighbours = {
      ...VOLUME,
      Name: 'kc-2-data',
      Labels: { ...VOLUME.Labels, kiloclaw_instance_id: 'i2' },
    };
    const machine = { Id: 'c2', Labels: { ...LABELS, kiloclaw_instance_id: 'i2' }, Ports: null };
    const { provider, asked } = podman({
      'GET /volumes': [reply(200, { Volumes: [neighbours, VOLUME], Warnings: [] })],
      'GET /containers/json': [reply(200, [machine, { Id: 'c1', Labels: LABELS }])],
      'DELETE /volumes/kc-1-data': [reply(204)],
      'DELETE /containers/c1': [reply(204)],
    });
    await provider.removeSurplusVolumes(TAGS, { volumeName: 'kc-1-data' });
    await provider.deleteMachines(TAGS, {});
    await provider.deleteVolumes(TAGS, {});
    expect(asked.filter((call) => call.startsWith('DELETE'))).toEqual([
      'DELETE /containers/c1',
      'DELETE /volumes/kc-1-data',
    ]);
    expect(await provider.listOwned(TAGS, {})).toHaveLength(2);
    expect(await provider.listFleet('f1')).toHaveLength(4);
    expect(await provider.listFleet('f2')).toHaveLength(0);
  });

  it('says in its own words that a volume is in use', async () => {
    const { provider } = podman({
      'GET /volumes': [reply(200, { Volumes: [VOLUME] })],
      'DELETE /volumes/kc-1-data': [
        message(
          409,
          'volume kc-1-data is being used by the following container(s): c1: volume is being used',
        ),
      ],
    });
    expect((await errorOf(provider.deleteVolumes(TAGS, {}))).kind).toBe('precondition');
  });
});
