import { describe, expect, it } from 'vitest';
import { paths } from './path-builder.ts';

const ID = '4f2c1a90-8b1d-4c0e-9a55-0c2f6f1d7a11';

/** One call of each builder, and one more where it takes a search. */
const built: { [Name in keyof typeof paths]: string[] } = {
  signIn: [paths.signIn(), paths.signIn('/admin/instances?q=atlas')],
  invitation: [paths.invitation('a/b+c')],
  customerInstances: [paths.customerInstances()],
  customerInstance: [paths.customerInstance(ID)],
  fleet: [paths.fleet()],
  adminInstances: [
    paths.adminInstances(),
    paths.adminInstances({ q: 'alice@example.com', status: ['running', 'stopped'], hasOverride: true }),
  ],
  adminInstance: [paths.adminInstance(ID), paths.adminInstance(ID, { tab: 'audit' })],
  overrides: [paths.overrides(), paths.overrides({ sort: 'age' })],
  audit: [paths.audit(), paths.audit({ instanceId: ID })],
  people: [paths.people(), paths.people({ role: 'admin' })],
  person: [paths.person('user_1')],
};

describe('the path builder', () => {
  it('makes these addresses, which people have bookmarked', () => {
    expect(built).toMatchInlineSnapshot(`
      {
        "adminInstance": [
          "/admin/instances/4f2c1a90-8b1d-4c0e-9a55-0c2f6f1d7a11",
          "/admin/instances/4f2c1a90-8b1d-4c0e-9a55-0c2f6f1d7a11?tab=audit",
        ],
        "adminInstances": [
          "/admin/instances",
          "/admin/instances?q=alice%40example.com&status=running&status=stopped&hasOverride=true",
        ],
        "audit": [
          "/admin/audit",
          "/admin/audit?instanceId=4f2c1a90-8b1d-4c0e-9a55-0c2f6f1d7a11",
        ],
        "customerInstance": [
          "/instances/4f2c1a90-8b1d-4c0e-9a55-0c2f6f1d7a11",
        ],
        "customerInstances": [
          "/",
        ],
        "fleet": [
          "/admin",
        ],
        "invitation": [
          "/invitation#a%2Fb%2Bc",
        ],
        "overrides": [
          "/admin/overrides",
          "/admin/overrides?sort=age",
        ],
        "people": [
          "/admin/people",
          "/admin/people?role=admin",
        ],
        "person": [
          "/admin/people/user_1",
        ],
        "signIn": [
          "/sign-in",
          "/sign-in?returnTo=%2Fadmin%2Finstances%3Fq%3Datlas",
        ],
      }
    `);
  });
  it('keeps what is put into a path in its segment', () => {
    expect(paths.person('../audit?x#y')).toBe('/admin/people/..%2Faudit%3Fx%23y');
  });
});
