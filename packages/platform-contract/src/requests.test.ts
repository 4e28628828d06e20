import { describe, expect, it } from 'vitest';
import {
  ENV_MAX_ENTRIES,
  InstanceActionBodySchema,
  InstancesQuerySchema,
  OperationsQuerySchema,
  ProvisionBodySchema,
} from './requests.ts';
import { ROUTES } from './routes.ts';

const INSTANCE_ID = '7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11';

function pathsOf(body: unknown): string[] {
  const parsed = ProvisionBodySchema.safeParse(body);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
}

describe('the body of a provision', () => {
  it('needs nothing but the owner', () => {
    expect(ProvisionBodySchema.parse({ userId: 'alice' })).toEqual({ userId: 'alice' });
  });

  it.each([
    ['an owner with odd characters', { userId: 'alice@example.com' }, 'userId'],
    ['an unknown tier', { userId: 'alice', instanceType: 'perf-9-9' }, 'instanceType'],
    ['custom as a tier', { userId: 'alice', instanceType: 'custom' }, 'instanceType'],
    [
      'an absurd size',
      { userId: 'alice', machineSize: { cpus: 1e9, memory_mb: 1, cpu_kind: 'shared' } },
      'machineSize.cpus',
    ],
    ['a volume without a raw size', { userId: 'alice', volumeSizeGb: 10 }, 'volumeSizeGb'],
    ['an image with a scheme', { userId: 'alice', image: 'https://example.com/x' }, 'image'],
    ['an image with a shell in it', { userId: 'alice', image: 'x;rm -rf /' }, 'image'],
    ['an env name with a dash', { userId: 'alice', env: { 'A-B': 'x' } }, 'env.A-B'],
    ['an actor that is the system', { userId: 'alice', actor: { kind: 'system', id: 'x' } }, 'actor.kind'],
  ])('refuses %s by the field’s path', (_what, body, path) => {
    expect(pathsOf(body)).toContain(path);
  });

  it('refuses a tier and a raw size together', () => {
    const machineSize = { cpus: 1, memory_mb: 2048, cpu_kind: 'performance' };
    expect(pathsOf({ userId: 'alice', instanceType: 'perf-1-3', machineSize })).toEqual(['machineSize']);
  });

  it('refuses more entries than it can hold', () => {
    const env = Object.fromEntries(
      Array.from({ length: ENV_MAX_ENTRIES + 1 }, (_, index) => [`A${index}`, '']),
    );
    expect(pathsOf({ userId: 'alice', env })).toEqual(['env']);
  });

  it.each([
    'kiloclaw-demo:latest',
    'ghcr.io/acme/gateway:1.4',
    `a/b@sha256:${'0'.repeat(64)}`,
    'localhost:5000/x',
  ])('takes the image reference %s', (image) => {
    expect(pathsOf({ userId: 'alice', image })).toEqual([]);
  });
});

describe('the query of the instances', () => {
  it('needs nothing, and reads what came as text', () => {
    expect(InstancesQuerySchema.parse({})).toEqual({ sort: 'created_desc', limit: 50 });
    const query = { hasOverride: '0', sort: 'updated_asc', limit: '200', q: '  alice@example.com ' };
    expect(InstancesQuerySchema.parse(query)).toEqual({
      hasOverride: false,
      sort: 'updated_asc',
      limit: 200,
      q: 'alice@example.com',
    });
  });

  it('takes every kind of hardware and status that the registry can hold', () => {
    for (const filter of [
      { instanceType: 'custom' },
      { instanceType: 'unknown' },
      { drift: 'any' },
      { instanceType: 'shared-2-4' },
      { status: 'destroyed' },
    ])
      expect(InstancesQuerySchema.parse(filter)).toMatchObject(filter);
  });
});

describe('every request', () => {
  it('that names an instance names its owner too', () => {
    for (const route of Object.values(ROUTES)) {
      if (!route.namesInstance) continue;
      const parsed = route.input.safeParse({ instanceId: INSTANCE_ID });
      expect(parsed.success ? [] : parsed.error.issues.map((issue) => issue.path[0])).toContain('userId');
    }
  });

  it('refuses unknown fields', () => {
    for (const route of Object.values(ROUTES)) {
      const parsed = route.input.safeParse({ userId: 'alice', instanceId: INSTANCE_ID, nonsense: '1' });
      expect(parsed.success ? [] : parsed.error.issues.map((issue) => issue.code)).toContain(
        'unrecognized_keys',
      );
    }
  });

  it('refuses an instance id that is no UUID', () => {
    expect(InstanceActionBodySchema.safeParse({ userId: 'alice', instanceId: '../x' }).success).toBe(false);
  });

  it('bounds a page', () => {
    const query = { userId: 'alice', instanceId: INSTANCE_ID };
    expect(OperationsQuerySchema.parse(query).limit).toBe(50);
    expect(OperationsQuerySchema.safeParse({ ...query, limit: '201' }).success).toBe(false);
  });
});
