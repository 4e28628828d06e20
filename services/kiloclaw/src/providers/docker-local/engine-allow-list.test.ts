import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerBody } from './container-mapping.ts';
import { createEngineJudge } from './engine-allow-list.ts';
import type { CpuLimitKind } from './engine-api.ts';

const FLEET = 'f1';
const TAGS = { fleetId: FLEET, instanceId: 'i1', userId: 'u1', sandboxId: 'kc-1' };
const SPEC = {
  size: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  sizeSource: 'tier',
  region: null,
  image: 'kiloclaw-demo:latest',
  env: { GREETING: 'canary-value' },
  mountPath: '/data',
  port: 8080,
  configurationFingerprint: 'abc',
} as const;

const soundBody = (listensOn = '127.0.0.1', cpuLimit: CpuLimitKind = 'nano_cpus') =>
  containerBody(TAGS, 'kc-1-data', SPEC, { hostPort: 28_001, listensOn }, cpuLimit);
const judgeEngineCall = createEngineJudge('127.0.0.1');
const CREATE = '/v1.41/containers/create?name=kc-1';

function judge(method: string, path: string, body: unknown = '') {
  return judgeEngineCall({ method, path, body: typeof body === 'string' ? body : JSON.stringify(body) });
}
const isAllowed = (method: string, path: string, body?: unknown) => judge(method, path, body).allowed;

function sentBody(method: string, path: string, body: string): unknown {
  const verdict = judge(method, path, body);
  return verdict.allowed ? JSON.parse(verdict.call.body) : null;
}

describe('what may be asked of an engine', () => {
  const filters = encodeURIComponent(JSON.stringify({ label: [`kiloclaw_fleet_id=${FLEET}`] }));

  it.each([
    ['GET', '/version'],
    ['GET', '/v1.44/info'],
    ['GET', `/v1.41/containers/json?all=1&filters=${filters}`],
    ['GET', '/v1.41/containers/kc-1/json'],
    ['POST', '/v1.41/containers/kc-1/start'],
    ['POST', '/v1.41/containers/kc-1/stop?t=10'],
    ['DELETE', '/v1.41/containers/kc-1?force=1&v=1'],
    ['GET', `/v1.41/volumes?filters=${filters}`],
    ['GET', '/v1.41/volumes/kc-1-data'],
    ['DELETE', '/v1.41/volumes/kc-1-data'],
    ['POST', '/v1.41/images/create?fromImage=ghcr.io%2Fteam%2Fapp&tag=v1'],
  ])('lets %s %s pass unchanged', (method, path) => {
    expect(judge(method, path)).toMatchObject({ allowed: true, call: { method, path, body: '' } });
  });

  it('lets the body of a machine, an update and a volume pass unchanged', () => {
    const limits = { Memory: 6_291_456, MemorySwap: 6_291_456, RestartPolicy: { Name: 'no' } };
    const volume = { Name: 'kc-1-data', Labels: { kiloclaw_fleet_id: FLEET } };
    for (const [path, body] of [
      [CREATE, soundBody()],
      ['/v1.41/containers/kc-1/update', { ...limits, NanoCpus: 1_000_000_000 }],
      ['/v1.41/containers/kc-1/update', { ...limits, CpuQuota: 100_000, CpuPeriod: 100_000 }],
      ['/v1.41/volumes/create', volume],
    ] as const) {
      expect(sentBody('POST', path, JSON.stringify(body))).toEqual(body);
    }
  });

  it.each([
    ['an import', 'POST', '/v1.41/images/create?fromSrc=-&repo=x&tag=y'],
    ['a pull that is also an import', 'POST', '/v1.41/images/create?fromImage=x&tag=y&fromSrc=-'],
    ['a command in a container', 'POST', '/v1.41/containers/kc-1/exec'],
    ['a build', 'POST', '/v1.41/build'],
    ['files of a container', 'GET', '/v1.41/containers/kc-1/archive?path=/'],
    ['a prune', 'POST', '/v1.41/volumes/prune'],
    ['another method', 'PUT', '/v1.41/containers/kc-1/json'],
    ['an encoded way out of the path', 'GET', '/v1.41/containers/..%2F..%2Fimages/json'],
    ['a list without the fleet', 'GET', '/v1.41/containers/json?all=1'],
    ['a list by a label of others', 'GET', '/v1.41/volumes?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D'],
    ['an unknown query parameter', 'GET', '/v1.41/containers/kc-1/json?size=1'],
    ['a parameter given twice', 'POST', '/v1.41/containers/kc-1/stop?t=1&t=2'],
    ['an endless stop', 'POST', '/v1.41/containers/kc-1/stop?t=999'],
    [
      'a body where none belongs',
      'POST',
      '/v1.41/containers/kc-1/start',
      { HostConfig: { Privileged: true } },
    ],
    [
      'a volume with a driver',
      'POST',
      '/v1.41/volumes/create',
      { Name: 'a', Labels: { kiloclaw_fleet_id: FLEET }, Driver: 'local' },
    ],
    [
      'a volume that binds a folder',
      'POST',
      '/v1.41/volumes/create',
      { Name: 'a', Labels: { kiloclaw_fleet_id: FLEET }, DriverOpts: { o: 'bind' } },
    ],
    ['a volume without an owner', 'POST', '/v1.41/volumes/create', { Name: 'a', Labels: {} }],
    ['no JSON', 'POST', '/v1.41/volumes/create', '{'],
  ])('refuses %s', (_what, method, path, body = '') => {
    expect(isAllowed(method, path, body)).toBe(false);
  });
});

describe('the body of a machine', () => {
  const DANGEROUS_HOST_CONFIG: Record<string, unknown> = {
    Binds: ['/:/host'],
    Privileged: true,
    NetworkMode: 'host',
    PidMode: 'host',
    IpcMode: 'host',
    UTSMode: 'host',
    UsernsMode: 'host',
    CgroupnsMode: 'host',
    CgroupParent: '/',
    Devices: [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }],
    DeviceRequests: [{}],
    CapAdd: ['SYS_ADMIN'],
    SecurityOpt: ['apparmor=unconfined'],
    VolumesFrom: ['other'],
    Runtime: 'other',
    Sysctls: { 'net.ipv4.ip_forward': '1' },
    MaskedPaths: [],
    hostconfig: {},
    privileged: true,
  };

  it.each(Object.keys(DANGEROUS_HOST_CONFIG))('is refused with %s', (key) => {
    const body = soundBody();
    const extra = { [key]: DANGEROUS_HOST_CONFIG[key] };
    expect(isAllowed('POST', CREATE, { ...body, HostConfig: { ...body.HostConfig, ...extra } })).toBe(false);
    expect(isAllowed('POST', CREATE, { ...body, ...extra })).toBe(false);
  });

  it.each([
    ['a bind mount', [{ Type: 'bind', Source: '/', Target: '/host' }]],
    ['a path as a volume', [{ Type: 'volume', Source: '/etc', Target: '/host' }]],
    ['driver options', [{ Type: 'volume', Source: 'a1', Target: '/x', VolumeOptions: { DriverConfig: {} } }]],
  ])('is refused with %s', (_what, Mounts) => {
    const body = soundBody();
    expect(isAllowed('POST', CREATE, { ...body, HostConfig: { ...body.HostConfig, Mounts } })).toBe(false);
  });

  it('is refused with a port on any address but the loopback', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.constantFrom('', '0.0.0.0', '::', 'localhost')), (HostIp) => {
        fc.pre(HostIp !== '127.0.0.1');
        const body = soundBody();
        const PortBindings = { '8080/tcp': [{ HostIp, HostPort: '28001' }] };
        return !isAllowed('POST', CREATE, { ...body, HostConfig: { ...body.HostConfig, PortBindings } });
      }),
    );
  });

  it('of an engine elsewhere publishes on that host’s addresses, and of one here never', () => {
    const elsewhere = createEngineJudge('engine.example.com');
    const call = (listensOn: string) => ({
      method: 'POST',
      path: CREATE,
      body: JSON.stringify(soundBody(listensOn)),
    });
    expect(elsewhere(call('0.0.0.0')).allowed).toBe(true);
    expect(elsewhere(call('127.0.0.1')).allowed).toBe(false);
    for (const here of ['127.0.0.1', 'localhost', '::1']) {
      expect(createEngineJudge(here)(call('0.0.0.0')).allowed).toBe(false);
      expect(createEngineJudge(here)(call('127.0.0.1')).allowed).toBe(true);
    }
  });

  it.each(['', '0', '80', '1023', '65536x', '-1', '28001-28009'])(
    'is refused with the host port %j',
    (HostPort) => {
      const body = soundBody();
      const PortBindings = { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort }] };
      expect(isAllowed('POST', CREATE, { ...body, HostConfig: { ...body.HostConfig, PortBindings } })).toBe(
        false,
      );
    },
  );

  it('takes CPUs by quota as well, and never both kinds at once', () => {
    const body = soundBody('127.0.0.1', 'quota');
    expect(isAllowed('POST', CREATE, body)).toBe(true);
    const both = { ...body.HostConfig, NanoCpus: 1_000_000_000 };
    expect(isAllowed('POST', CREATE, { ...body, HostConfig: both })).toBe(false);
  });

  it.each(['..%2F..%2Finfo', 'a%2F..%2Fb', 'a/b', '%2Fetc', 'a%3F', 'a%20b', 'a%2F'])(
    'is refused for the image %s',
    (image) => {
      expect(isAllowed('GET', `/v1.41/images/${image}/json`)).toBe(false);
    },
  );

  it.each(['busybox', 'ghcr.io/team/app:v1', `127.0.0.1:5000/team/app@sha256:${'a'.repeat(64)}`])(
    'is a look at the image %s',
    (image) => {
      expect(isAllowed('GET', `/v1.41/images/${encodeURIComponent(image)}/json`)).toBe(true);
    },
  );

  it('is refused with any key that it does not know, wherever it stands', () => {
    const known = new Set([
      'Image',
      'Env',
      'Labels',
      'ExposedPorts',
      'HostConfig',
      ...Object.keys(soundBody().HostConfig),
    ]);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), fc.boolean(), (key, value, inHostConfig) => {
        fc.pre(!known.has(key));
        const body = soundBody();
        // As text, since JSON alone can carry a key such as `__proto__`.
        const extra = `${JSON.stringify(key)}:${JSON.stringify(value)},`;
        const text = JSON.stringify(body);
        const at = inHostConfig ? text.indexOf('"Memory"') : 1;
        const sent = sentBody('POST', CREATE, text.slice(0, at) + extra + text.slice(at));
        expect([null, JSON.stringify(body)]).toContain(sent === null ? null : JSON.stringify(sent));
      }),
    );
  });

  it('is sent as it was judged, when a key is given twice', () => {
    const text = `{"HostConfig":{"Privileged":true},${JSON.stringify(soundBody()).slice(1)}`;
    expect(sentBody('POST', CREATE, text)).toEqual(soundBody());
  });

  it('is never quoted by a refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom('Env', 'Image', 'Labels', 'HostConfig'), (key) => {
        const verdict = judge('POST', CREATE, { ...soundBody(), [key]: { secret: 'canary-value' } });
        expect(verdict).toMatchObject({ allowed: false });
        expect(JSON.stringify(verdict)).not.toContain('canary-value');
      }),
    );
  });
});

describe('any path', () => {
  it('that passes without query and body is one of the few that are needed', () => {
    const segment = fc.oneof(
      fc.constantFrom(
        'v1.41',
        'containers',
        'images',
        'volumes',
        'create',
        'json',
        'exec',
        'kc-1',
        '..',
        '%2e%2e',
        'prune',
        'swarm',
        'plugins',
      ),
      fc.string({ maxLength: 8 }),
    );
    const path = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD'), path, (method, asked) => {
        const verdict = judge(method, asked);
        if (!verdict.allowed) return;
        expect(verdict.call.path).toMatch(
          /^(\/v1\.\d+)?\/(version|info|containers\/[\w.-]+(\/json|\/start)?|volumes\/[\w.-]+)$/,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
