import type { MachineSize } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerBody, observationOf, sizeOf, updateBody } from './container-mapping.ts';
import { type Container, ContainerSchema } from './engine-answers.ts';
import type { CpuLimitKind } from './engine-api.ts';

const TAGS = { fleetId: 'f1', instanceId: 'i1', userId: 'u1', sandboxId: 'kc-1' };
const SIZES = fc.record({
  cpus: fc.integer({ min: 1, max: 128 }),
  memory_mb: fc.integer({ min: 6, max: 1_048_576 }),
  cpu_kind: fc.constant('performance' as const),
});

const bodyOf = (size: MachineSize, cpuLimit: CpuLimitKind = 'nano_cpus') =>
  containerBody(
    TAGS,
    'kc-1-data',
    {
      size,
      sizeSource: 'override',
      region: null,
      image: 'kiloclaw-demo:latest',
      env: { A: '1', B: 'x=y' },
      mountPath: '/data',
      port: 8080,
      configurationFingerprint: 'abc',
    },
    { hostPort: 28_001, listensOn: '127.0.0.1' },
    cpuLimit,
  );

function container(facts: {
  state?: string;
  hostConfig?: object;
  ports?: unknown;
  labels?: unknown;
  mounts?: unknown;
}): Container {
  const { state = 'running', hostConfig = {}, ports = null, labels = null, mounts } = facts;
  return ContainerSchema.parse({
    Id: 'c1',
    State: { Status: state },
    Config: { Labels: labels },
    HostConfig: hostConfig,
    NetworkSettings: { Ports: ports },
    Mounts: mounts,
  });
}

describe('a machine as a container', () => {
  it('has the limits of perf-4-8 to the byte, no swap, and stays stopped when it is stopped', () => {
    expect(bodyOf({ cpus: 4, memory_mb: 8192, cpu_kind: 'performance' })).toEqual({
      Image: 'kiloclaw-demo:latest',
      Env: ['A=1', 'B=x=y'],
      Labels: {
        kiloclaw_fleet_id: 'f1',
        kiloclaw_instance_id: 'i1',
        kiloclaw_user_id: 'u1',
        kiloclaw_sandbox_id: 'kc-1',
        kiloclaw_size_source: 'override',
        kiloclaw_configuration: 'abc',
        kiloclaw_size: '4x8192',
        kiloclaw_host_port: '28001',
      },
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: {
        Memory: 8_589_934_592,
        MemorySwap: 8_589_934_592,
        NanoCpus: 4_000_000_000,
        RestartPolicy: { Name: 'no' },
        Mounts: [{ Type: 'volume', Source: 'kc-1-data', Target: '/data' }],
        PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '28001' }] },
      },
    });
  });

  it('is read back with the size that it was made with', () => {
    fc.assert(
      fc.property(SIZES, (size) => {
        expect(sizeOf(container({ hostConfig: bodyOf(size).HostConfig }))).toEqual(size);
      }),
    );
  });

  it('is updated in the kind of CPU limit that it has, always with swap and restart policy', () => {
    fc.assert(
      fc.property(SIZES, SIZES, fc.boolean(), (before, wanted, byQuota) => {
        const quota = {
          Memory: before.memory_mb * 1_048_576,
          CpuQuota: before.cpus * 100_000,
          CpuPeriod: 100_000,
        };
        const hostConfig = byQuota ? { NanoCpus: 0, ...quota } : bodyOf(before).HostConfig;
        const update = updateBody(container({ hostConfig }), wanted, 'nano_cpus');
        expect('NanoCpus' in update).toBe(!byQuota);
        expect(update.MemorySwap).toBe(update.Memory);
        expect(update.RestartPolicy).toEqual({ Name: 'no' });
        expect(sizeOf(container({ hostConfig: { ...hostConfig, ...update } }))).toEqual(wanted);
      }),
    );
  });
});

describe('a container as a machine', () => {
  it.each([
    ['running', 'running'],
    ['created', 'stopped'],
    ['exited', 'stopped'],
    ['dead', 'stopped'],
    ['paused', 'transient'],
    ['restarting', 'transient'],
    ['removing', 'transient'],
    ['configured', 'stopped'],
    ['initialized', 'stopped'],
    ['stopped', 'stopped'],
    ['stopping', 'transient'],
    ['hibernating', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s is %s', (state, expected) => {
    expect(observationOf(container({ state }), '127.0.0.1').state).toBe(expected);
  });

  it.each([
    ['no limits', {}],
    ['half a CPU', { Memory: 1_073_741_824, NanoCpus: 500_000_000 }],
    ['RAM that is no whole number of MB', { Memory: 1_000_000_000, NanoCpus: 1_000_000_000 }],
    ['an absurd number of CPUs', { Memory: 1_073_741_824, NanoCpus: 9e15 }],
    ['an unlimited quota', { Memory: 1_073_741_824, CpuQuota: -1, CpuPeriod: 100_000 }],
  ])('has no size with %s', (_what, hostConfig) => {
    expect(sizeOf(container({ hostConfig }))).toBeNull();
  });

  it('is reached at its published port while it runs, and nowhere otherwise', () => {
    const ports = { '9/tcp': null, '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] };
    expect(observationOf(container({ ports }), '127.0.0.1').endpoint).toBe('http://127.0.0.1:32768');
    expect(observationOf(container({ ports, state: 'exited' }), '127.0.0.1').endpoint).toBeNull();
    expect(
      observationOf(container({ ports: { '8080/tcp': [{ HostPort: null }] } }), '127.0.0.1').endpoint,
    ).toBeNull();
    expect(observationOf(container({}), '127.0.0.1').endpoint).toBeNull();
  });

  it('tells where its size came from for as long as it has the size that it was made with', () => {
    fc.assert(
      fc.property(SIZES, SIZES, (made, present) => {
        const { HostConfig, Labels } = bodyOf(made);
        const update = updateBody(container({ hostConfig: HostConfig }), present, 'nano_cpus');
        const changed = container({ hostConfig: { ...HostConfig, ...update }, labels: Labels });
        const isAsMade = made.cpus === present.cpus && made.memory_mb === present.memory_mb;
        expect(observationOf(changed, '127.0.0.1').sizeSource).toBe(isAsMade ? 'override' : null);
        const asMade = container({ hostConfig: HostConfig, labels: Labels });
        expect(observationOf(asMade, '127.0.0.1').sizeSource).toBe('override');
      }),
    );
  });

  it.each([
    ['without that size among its labels', { kiloclaw_size_source: 'tier' }],
    ['with another one there', { kiloclaw_size_source: 'tier', kiloclaw_size: '1x3072' }],
    ['with no words for it', { kiloclaw_size_source: 'tier', kiloclaw_size: '' }],
  ])('does not tell where its size came from %s', (_what, labels) => {
    const { HostConfig } = bodyOf({ cpus: 4, memory_mb: 8192, cpu_kind: 'performance' });
    for (const hostConfig of [HostConfig, {}]) {
      expect(observationOf(container({ hostConfig, labels }), '127.0.0.1').sizeSource).toBeNull();
    }
  });

  const STARTED = '2026-03-01T10:00:00.5Z';
  const ENDED = '2026-03-01T11:00:00.25Z';
  const NEVER = '0001-01-01T00:00:00Z';
  it.each([
    ['at its end', { Status: 'exited', OOMKilled: true, StartedAt: STARTED, FinishedAt: ENDED }, ENDED],
    [
      'at its start where it goes on: one of its processes was',
      { Status: 'running', OOMKilled: true, StartedAt: STARTED, FinishedAt: NEVER },
      STARTED,
    ],
    ['never where it ended otherwise', { Status: 'exited', OOMKilled: false, FinishedAt: ENDED }, null],
    ['never where nothing tells', { Status: 'exited' }, null],
    ['never where no time is told', { Status: 'exited', OOMKilled: true, FinishedAt: NEVER }, null],
  ])('was killed for want of memory %s', (_what, State, at) => {
    const seen = ContainerSchema.parse({ Id: 'c1', State, Config: { Labels: null }, HostConfig: {} });
    expect(observationOf(seen, '127.0.0.1').outOfMemoryAtMs).toBe(at === null ? null : Date.parse(at));
  });

  it('is reached at its host, in brackets where that is an IPv6 address', () => {
    const ports = { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '28001' }] };
    const endpoint = (host: string) => observationOf(container({ ports }), host).endpoint;
    expect(endpoint('engine.example.com')).toBe('http://engine.example.com:28001');
    expect(endpoint('fd00::1')).toBe('http://[fd00::1]:28001');
  });

  const anonymous = { Type: 'volume', Name: 'a'.repeat(64) };
  it.each([
    ['its volume', [{ Type: 'volume', Name: 'kc-1-data' }], 'kc-1-data'],
    ['its volume beside the image’s own', [anonymous, { Type: 'volume', Name: 'kc-1-data' }], 'kc-1-data'],
    ['nothing for the image’s own volume', [anonymous], null],
    ['nothing for a folder of the host', [{ Type: 'bind', Name: 'etc' }], null],
    ['nothing for a volume without a name', [{ Type: 'volume', Name: '' }, { Type: 'volume' }], null],
    ['nothing without mounts', null, null],
  ])('says what it is mounted on: %s', (_what, mounts, expected) => {
    expect(observationOf(container({ mounts }), '127.0.0.1').mountedVolumeId).toBe(expected);
  });

  it('tells nothing of how it was built when its labels tell nothing', () => {
    const seen = observationOf(container({ labels: { kiloclaw_size_source: 'somewhere' } }), '127.0.0.1');
    expect(seen).toMatchObject({ sizeSource: null, configurationFingerprint: null });
  });
});
