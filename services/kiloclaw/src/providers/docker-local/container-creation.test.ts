import { describe, expect, it } from 'vitest';
import { portsToTry } from './host-ports.ts';
import {
  CONTAINER,
  errorOf,
  gone,
  LABELS,
  lost,
  message,
  PORTS,
  reply,
  SPEC,
  setUp,
  TAGS,
} from './testing/canned-engine.ts';

const CREATE = 'POST /containers/create';
const LIST = 'GET /containers/json';
const START = 'POST /containers/c1/start';
const REMOVE = 'DELETE /containers/c1';
const taken = message(500, 'driver failed: Bind for 127.0.0.1:28003 failed: port is already allocated');
const busy = message(500, 'listen tcp4 127.0.0.1:28003: bind: address already in use');
const created = reply(201, { Id: 'c1' });
const removed = reply(204);
const started = reply(204);
const [FIRST = 0, SECOND = 0] = portsToTry(PORTS, TAGS.instanceId, null, new Set());

function machineOf(instanceId: string, hostPort: number, State = 'exited') {
  const Labels = { ...LABELS, kiloclaw_instance_id: instanceId, kiloclaw_host_port: String(hostPort) };
  return { Id: `of-${instanceId}`, Labels, State, Ports: null };
}

function portsOf(sent: readonly unknown[]): string[] {
  type Sent = { HostConfig?: { PortBindings: Record<string, [{ HostPort: string }]> } };
  return (sent as Sent[]).flatMap(
    ({ HostConfig }) => HostConfig?.PortBindings['8080/tcp']?.[0].HostPort ?? [],
  );
}

describe('a new machine', () => {
  it('is published on the port that its instance had', async () => {
    const { provider, sent } = setUp({ [CREATE]: [created] });
    expect(await provider.createMachine(TAGS, { hostPort: SECOND }, SPEC)).toMatchObject({
      hostPort: SECOND,
    });
    expect(portsOf(sent)).toEqual([String(SECOND)]);
  });

  it('leaves the ports of others to them, also of those at rest', async () => {
    const { provider } = setUp({ [CREATE]: [created], [LIST]: [reply(200, [machineOf('i2', FIRST)])] });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ hostPort: SECOND });
  });

  it.each([
    ['by a container', taken],
    ['by something else on the host', busy],
  ])('goes on to the next port where one is held %s', async (_what, refusal) => {
    const { provider, asked, sent } = setUp({
      [CREATE]: [created, created],
      [START]: [refusal, started],
      [REMOVE]: [removed],
    });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ hostPort: SECOND });
    expect(portsOf(sent)).toEqual([String(FIRST), String(SECOND)]);
    expect(asked.filter((call) => call === REMOVE)).toHaveLength(1);
  });

  it.each([
    ['one that came before it in the order of ids', machineOf('i0', FIRST, 'created')],
    ['one that has been started', machineOf('i2', FIRST, 'running')],
  ])('gives its port up to %s, before it is started', async (_whom, rival) => {
    const { provider, asked } = setUp({
      [CREATE]: [created, created],
      [LIST]: [reply(200, []), reply(200, [rival])],
      [REMOVE]: [removed],
    });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ hostPort: SECOND });
    expect(asked.slice(-6)).toEqual([CREATE, LIST, REMOVE, CREATE, LIST, START]);
  });

  it('keeps its port where the one that chose it at the same time is to give way', async () => {
    const rival = reply(200, [machineOf('i2', FIRST, 'created')]);
    const { provider, asked } = setUp({ [CREATE]: [created], [LIST]: [reply(200, []), rival] });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ hostPort: FIRST });
    expect(asked.slice(-3)).toEqual([CREATE, LIST, START]);
  });

  it('is given up, and leaves nothing, where none of its ports is free', async () => {
    const { provider, asked } = setUp({ [CREATE]: [created], [START]: [taken], [REMOVE]: [removed] });
    const error = await errorOf(provider.createMachine(TAGS, {}, SPEC));
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      expect.stringMatching(/28003.*DOCKER_LOCAL_PORT_RANGE/),
    ]);
    expect(asked.filter((call) => call === CREATE)).toHaveLength(4);
    expect(asked.filter((call) => call === REMOVE)).toHaveLength(4);
  });

  it('takes over the port of the one that a lost answer has left', async () => {
    const HostConfig = {
      ...CONTAINER.HostConfig,
      PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '28001' }] },
    };
    const { provider } = setUp({
      [CREATE]: [message(409, 'Conflict. The container name is already in use')],
      'GET /containers/kc-1/json': [reply(200, { ...CONTAINER, HostConfig })],
    });
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ machineId: 'c1', hostPort: 28_001 });
  });
});

describe('startMachine', () => {
  const HostConfig = {
    Memory: 3_221_225_472,
    NanoCpus: 1_000_000_000,
    PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(FIRST) }] },
  };
  const whole = {
    ...CONTAINER,
    Config: { Labels: LABELS, Image: SPEC.image, Env: ['TOKEN=canary-value', 'PATH=/bin'] },
    HostConfig,
    Mounts: [{ Type: 'volume', Name: 'kc-1-data', Destination: '/data' }],
  };
  const INSPECT = 'GET /containers/c1/json';
  const recorded = { machineId: 'c1', hostPort: FIRST };

  it('learns nothing from a plain start', async () => {
    const { provider, asked } = setUp({});
    expect(await provider.startMachine(TAGS, recorded)).toEqual({});
    expect(asked).toEqual(['GET /version', START]);
  });

  it('makes the container anew as it was, on another port, where somebody else took its own', async () => {
    const { provider, sent } = setUp({
      [START]: [taken],
      [INSPECT]: [reply(200, whole)],
      [REMOVE]: [removed],
      [CREATE]: [reply(201, { Id: 'c2' })],
      'POST /containers/c2/start': [started],
    });
    const learned = await provider.startMachine(TAGS, recorded);
    expect(learned).toEqual({ containerName: 'kc-1', machineId: 'c2', hostPort: SECOND });
    expect(sent).toEqual([
      {
        Image: SPEC.image,
        Env: ['TOKEN=canary-value', 'PATH=/bin'],
        Labels: { ...LABELS, kiloclaw_host_port: String(SECOND) },
        ExposedPorts: { '8080/tcp': {} },
        HostConfig: {
          Memory: 3_221_225_472,
          MemorySwap: 3_221_225_472,
          NanoCpus: 1_000_000_000,
          RestartPolicy: { Name: 'no' },
          Mounts: [{ Type: 'volume', Source: 'kc-1-data', Target: '/data' }],
          PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(SECOND) }] },
        },
      },
    ]);
  });

  it('starts the one that it made anew where the answer was lost', async () => {
    const { provider } = setUp({
      [START]: [gone],
      'GET /containers/kc-1/json': [reply(200, { ...whole, Id: 'c2' })],
      'POST /containers/c2/start': [started],
    });
    expect(await provider.startMachine(TAGS, recorded)).toMatchObject({ machineId: 'c2', hostPort: FIRST });
  });

  it('leaves a container alone that it could not make anew', async () => {
    const { provider, asked } = setUp({
      [START]: [taken],
      [INSPECT]: [reply(200, { ...whole, Mounts: [] })],
    });
    expect((await errorOf(provider.startMachine(TAGS, recorded))).kind).toBe('unavailable');
    expect(asked).not.toContain(REMOVE);
  });

  it('is not_found for one that is gone, and ambiguous where the answer is lost', async () => {
    const away = setUp({ [START]: [gone], 'GET /containers/kc-1/json': [gone] });
    expect((await errorOf(away.provider.startMachine(TAGS, recorded))).kind).toBe('not_found');
    const silent = setUp({ [START]: [lost] });
    expect((await errorOf(silent.provider.startMachine(TAGS, recorded))).kind).toBe('ambiguous');
  });
});
