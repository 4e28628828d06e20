/**
 * Who may import whom. Rows are read by `boundaries.ts`; a new package needs a row here before it passes.
 * Paths are folders from the repository's root in PARTS, and paths inside the part in INNER_RULES.
 */

export const EVERYTHING = '**';

interface PartRule {
  /** Globs of the parts whose packages it may import by name. */
  mayImport: string[];
  /** The only packages from outside that it may import. Absent: any that its package.json declares. */
  externals?: string[];
  /** What its tests may import besides: simulators, mostly. */
  testsMayAlsoImport?: string[];
}

const CONTRACT = ['packages/instance-tiers', 'packages/platform-contract'];

/** By the part's folder, as a glob. */
export const PARTS: Record<string, PartRule> = {
  'packages/instance-tiers': { mayImport: [], externals: ['zod'] },
  'packages/platform-contract': { mayImport: ['packages/instance-tiers'], externals: ['zod'] },
  'packages/db': { mayImport: CONTRACT },
  'packages/settings': { mayImport: [], externals: ['zod'] },
  'services/kiloclaw': { mayImport: ['packages/*'], testsMayAlsoImport: ['simulators/*'] },
  'apps/web': { mayImport: ['packages/*'], testsMayAlsoImport: ['services/kiloclaw', 'simulators/*'] },
  'apps/cli': { mayImport: CONTRACT, testsMayAlsoImport: ['services/kiloclaw', 'simulators/*'] },
  'simulators/kit': { mayImport: [] },
  'simulators/*': { mayImport: ['simulators/kit'] },
  deploy: {
    mayImport: [...CONTRACT, 'packages/db', 'services/kiloclaw', 'apps/web', 'dev'],
    testsMayAlsoImport: ['simulators/*'],
  },
  dev: { mayImport: [EVERYTHING] },
  e2e: { mayImport: [...CONTRACT, 'packages/db', 'dev'] },
  bench: { mayImport: [...CONTRACT, 'packages/db', 'dev'] },
  sim: { mayImport: [...CONTRACT, 'packages/db', 'services/kiloclaw'] },
  tools: { mayImport: [] },
  '': { mayImport: [] },
};

/** Subpaths of our packages that only tests may import: `@kiloclaw/db/testing`. */
export const TEST_ONLY_SUBPATHS = ['testing'];

/** Stands for the importer's own folder in `except`: as much of its path as the `from` glob names. */
export const OWN_FOLDER = '<own folder>';

interface InnerRule {
  part: string;
  from: string;
  /** Importers that `from` covers and that the rule leaves alone. */
  exceptFrom?: string[];
  /** Paths inside the part, or package names. */
  refuses: string[];
  except?: string[];
  /** `import type` passes: types and rows may be named where their values may not be used. */
  typesPass?: boolean;
  because: string;
}

/** Boundaries inside a part. They hold for its source; its tests are free of them. */
export const INNER_RULES: InnerRule[] = [
  {
    part: 'services/kiloclaw',
    from: 'src/instance/**',
    refuses: ['src/routes/**', 'src/providers/**'],
    except: ['src/providers/provider.ts', 'src/providers/provider-error.ts'],
    because: 'the instance knows a provider only through providers/provider.ts, and nothing of who asks',
  },
  {
    part: 'services/kiloclaw',
    from: 'src/instance/**',
    refuses: ['hono', 'hono/**'],
    because: 'the instance speaks RPC, not HTTP',
  },
  {
    part: 'services/kiloclaw',
    from: 'src/instance/**',
    refuses: ['drizzle-orm', 'drizzle-orm/**'],
    typesPass: true,
    because: 'the instance holds no Postgres connection: its rows go out through the registry',
  },
  {
    part: 'services/kiloclaw',
    from: 'src/**',
    exceptFrom: ['src/registry/**', 'src/routes/**'],
    refuses: ['@kiloclaw/db', '@kiloclaw/db/**'],
    typesPass: true,
    because: 'Postgres is used in registry/ and routes/ alone; elsewhere `import type`',
  },
  {
    part: 'services/kiloclaw',
    from: 'src/providers/*/**',
    // No adapter: a part of the control plane that stands before all of them.
    exceptFrom: ['src/providers/gate/**'],
    refuses: ['src/**'],
    except: ['src/providers/*.ts', `${OWN_FOLDER}/**`],
    because: 'an adapter knows its own folder, what all providers share (providers/*.ts) and the packages',
  },
  {
    part: 'services/kiloclaw',
    from: 'src/routes/**',
    refuses: ['src/instance/**'],
    except: ['src/instance/instance-rpc.ts'],
    because: 'routes reach the instance through its RPC surface, instance/instance-rpc.ts',
  },
  {
    part: 'apps/web',
    from: 'src/client/**',
    refuses: ['@kiloclaw/db', '@kiloclaw/db/**', '@kiloclaw/instance-tiers', '@kiloclaw/instance-tiers/**'],
    because: 'the browser app takes contract types and gates only, from @kiloclaw/platform-contract',
  },
  {
    part: 'apps/web',
    from: 'src/client/**',
    refuses: ['src/server/**'],
    typesPass: true,
    because: 'the server may hold secrets: the browser app knows the types of its router, by `import type`',
  },
  {
    part: 'apps/web',
    from: 'src/server/**',
    refuses: ['src/client/**'],
    because: 'the server knows nothing of the app that asks it',
  },
  {
    part: 'apps/web',
    from: 'src/client/ui/**',
    refuses: [
      '@tanstack/react-router',
      '@tanstack/react-query',
      '@trpc/**',
      'src/client/modules/**',
      'src/client/pages/**',
    ],
    because: 'ui/ knows no router and no data: it is given what it shows',
  },
];
