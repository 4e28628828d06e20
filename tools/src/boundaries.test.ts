import { describe, expect, it } from 'vitest';
import { checkBoundaries } from './boundaries.ts';
import { readSourceTree } from './source-tree.ts';
import { manifest, rootManifest, textsOf, writeTree } from './testing/temp-tree.ts';

const MANIFESTS = {
  'package.json': rootManifest(),
  'packages/instance-tiers/package.json': manifest('@kiloclaw/instance-tiers'),
  'packages/platform-contract/package.json': manifest('@kiloclaw/platform-contract'),
  'packages/db/package.json': manifest('@kiloclaw/db'),
  'services/kiloclaw/package.json': manifest('@kiloclaw/control-plane'),
  'simulators/kit/package.json': manifest('@kiloclaw/simulator-kit'),
  'simulators/fly/package.json': manifest('@kiloclaw/fly-simulator'),
  'apps/web/package.json': manifest('@kiloclaw/web'),
  'dev/package.json': manifest('@kiloclaw/dev'),
  'e2e/package.json': manifest('@kiloclaw/e2e'),
  'tools/package.json': manifest('@kiloclaw/tools'),
};

function findingsFor(file: string, text: string): string[] {
  return textsOf(checkBoundaries(readSourceTree(writeTree({ ...MANIFESTS, [file]: text }))));
}

describe('between parts', () => {
  it.each([
    ['packages/platform-contract/src/a.ts', '@kiloclaw/instance-tiers'],
    ['packages/platform-contract/src/a.ts', 'zod'],
    ['packages/db/src/a.ts', '@kiloclaw/platform-contract'],
    ['packages/db/src/a.ts', 'drizzle-orm'],
    ['services/kiloclaw/src/registry/a.ts', '@kiloclaw/db'],
    ['simulators/fly/src/a.ts', '@kiloclaw/simulator-kit/clock'],
    ['dev/src/a.ts', '@kiloclaw/fly-simulator'],
    ['dev/src/a.ts', '@kiloclaw/control-plane/settings'],
    ['services/kiloclaw/src/instance/a.test.ts', '@kiloclaw/fly-simulator'],
    ['services/kiloclaw/src/instance/a.test.ts', '@kiloclaw/db/testing'],
    ['packages/instance-tiers/src/a.test.ts', 'fast-check'],
    ['e2e/src/stack.ts', '@kiloclaw/dev/testing'],
    ['e2e/src/a.e2e.ts', '@kiloclaw/db/testing'],
  ])('%s may import %s', (file, specifier) => {
    expect(findingsFor(file, `import { a } from '${specifier}';`)).toEqual([]);
  });

  it.each([
    ['packages/instance-tiers/src/a.ts', '@kiloclaw/platform-contract', 'may import nothing of ours'],
    ['packages/instance-tiers/src/a.ts', 'node:fs', 'zod alone'],
    ['packages/platform-contract/src/a.ts', '@kiloclaw/db', 'not for this part'],
    ['packages/platform-contract/src/a.ts', 'hono', 'zod alone'],
    ['packages/db/src/a.ts', '@kiloclaw/control-plane', 'not for this part'],
    ['services/kiloclaw/src/a.ts', '@kiloclaw/fly-simulator', 'not for this part'],
    ['services/kiloclaw/src/routes/a.ts', '@kiloclaw/db/testing', 'for tests only'],
    ['simulators/kit/src/a.ts', '@kiloclaw/platform-contract', 'may import nothing of ours'],
    ['simulators/kit/src/a.test.ts', '@kiloclaw/fly-simulator', 'may import nothing of ours'],
    ['simulators/fly/src/a.ts', '@kiloclaw/platform-contract', 'it may import simulators/kit'],
    ['simulators/fly/src/a.test.ts', '@kiloclaw/platform-contract', 'it may import simulators/kit'],
    ['tools/src/a.ts', '@kiloclaw/dev', 'may import nothing of ours'],
    ['e2e/src/a.e2e.ts', '@kiloclaw/web', 'not for this part'],
  ])('%s may not import %s', (file, specifier, because) => {
    expect(findingsFor(file, `import { a } from '${specifier}';`)).toEqual([
      expect.stringContaining(because),
    ]);
  });

  it('refuses types as it refuses values', () => {
    expect(findingsFor('simulators/fly/src/a.ts', "import type { A } from '@kiloclaw/db';")).toHaveLength(1);
  });

  it('refuses a relative import that leaves its package, in tests too', () => {
    const text = "import { a } from '../../../packages/db/src/b.ts';";
    for (const file of [
      'services/kiloclaw/src/a.ts',
      'services/kiloclaw/src/a.test.ts',
      'packages/instance-tiers/src/a.ts',
    ]) {
      expect(findingsFor(file, text)).toEqual([expect.stringContaining('leaves its package')]);
    }
  });

  it('refuses what is there for tests only in source', () => {
    const text = "import { a } from './testing/fake-clock.ts';";
    expect(findingsFor('services/kiloclaw/src/a.ts', text)).toEqual([
      expect.stringContaining('for tests only'),
    ]);
    expect(findingsFor('services/kiloclaw/src/a.test.ts', text)).toEqual([]);
  });

  it('fails for a package without a row', () => {
    expect(findingsFor('packages/novelty/package.json', manifest('@kiloclaw/novelty'))).toEqual([
      expect.stringMatching(/^packages\/novelty\/package\.json: .*add a row/),
    ]);
  });
});

describe('inside the control-plane Worker', () => {
  const inWorker = (file: string, text: string) => findingsFor(`services/kiloclaw/src/${file}`, text);

  it.each([
    ['instance/resize.ts', "import { a } from '../providers/provider.ts';"],
    ['instance/resize.ts', "import type { Row } from '@kiloclaw/db';"],
    ['instance/resize.ts', "import type { SQL } from 'drizzle-orm';"],
    ['instance/steps/resize.ts', "import { a } from '../deps.ts';"],
    ['providers/fly/machines.ts', "import { a } from './client.ts';"],
    ['providers/fly/wire/machines.ts', "import { a } from '../client.ts';"],
    ['providers/fly/machines.ts', "import { a } from '../provider-error.ts';"],
    ['providers/fly/machines.ts', "import { a } from '@kiloclaw/instance-tiers';"],
    ['routes/resize.ts', "import { a } from '../instance/instance-rpc.ts';"],
    ['routes/resize.ts', "import { a } from '@kiloclaw/db';"],
    ['routes/resize.ts', "import { Hono } from 'hono';"],
    ['registry/writer.ts', "import { a } from '@kiloclaw/db';"],
    ['instance/resize.test.ts', "import { a } from '../providers/fly/adapter.ts';"],
    ['instance/resize.do.test.ts', "import { a } from '../routes/resize.ts';"],
  ])('%s passes with %s', (file, text) => {
    expect(inWorker(file, text)).toEqual([]);
  });

  it.each([
    ['instance/resize.ts', "import { a } from '../providers/fly/adapter.ts';"],
    ['instance/resize.ts', "import { a } from '../providers/pick.ts';"],
    ['instance/steps/resize.ts', "import { a } from '../../routes/resize.ts';"],
    ['instance/resize.ts', "import type { Context } from 'hono';"],
    ['instance/resize.ts', "import { stream } from 'hono/streaming';"],
    ['instance/resize.ts', "import { eq } from 'drizzle-orm';"],
    ['instance/resize.ts', "export * from '@kiloclaw/db';"],
    ['instance/resize.ts', "const db = await import('@kiloclaw/db');"],
    ['settings.ts', "import { connect } from '@kiloclaw/db';"],
    ['providers/fly/machines.ts', "import { a } from '../northflank/client.ts';"],
    ['providers/fly/machines.ts', "import { a } from '../../instance/state.ts';"],
    ['providers/fly/machines.ts', "import { a } from '../../settings.ts';"],
    ['providers/fly/wire/machines.ts', "import { a } from '../../northflank/client.ts';"],
    ['routes/resize.ts', "import { a } from '../instance/state.ts';"],
    ['routes/instances/resize.ts', "import type { A } from '../../instance/state.ts';"],
  ])('%s fails with %s', (file, text) => {
    expect(inWorker(file, text)).toEqual([expect.stringContaining('is refused here')]);
  });
});

describe('inside the web', () => {
  const inWeb = (file: string, text: string) => findingsFor(`apps/web/src/${file}`, text);

  it.each([
    ['client/modules/instances/list.tsx', "import { useQuery } from '@tanstack/react-query';"],
    ['client/modules/instances/list.tsx', "import { Button } from '../../ui/button.tsx';"],
    ['client/trpc.ts', "import type { AppRouter } from '../server/routers/app-router.ts';"],
    ['client/ui/button.tsx', "import { cva } from 'class-variance-authority';"],
    ['client/ui/button.tsx', "import { cn } from '../lib/cn.ts';"],
    ['server/app.ts', "import { searchInstances } from '@kiloclaw/db';"],
  ])('%s passes with %s', (file, text) => {
    expect(inWeb(file, text)).toEqual([]);
  });

  it.each([
    ['client/trpc.ts', "import { appRouter } from '../server/routers/app-router.ts';"],
    ['client/page.tsx', "import { tiers } from '@kiloclaw/instance-tiers';"],
    ['client/ui/button.tsx', "import { Link } from '@tanstack/react-router';"],
    ['client/ui/button.tsx', "import type { UseQueryResult } from '@tanstack/react-query';"],
    ['client/ui/button.tsx', "import { httpLink } from '@trpc/client/links/httpLink';"],
    ['client/ui/dialog/dialog.tsx', "import { useStart } from '../../modules/instances/use-start.ts';"],
    ['client/ui/button.tsx', "import { path } from '../pages/fleet.tsx';"],
    ['server/app.ts', "import type { Theme } from '../client/theme.ts';"],
  ])('%s fails with %s', (file, text) => {
    expect(inWeb(file, text)).toEqual([expect.stringContaining('is refused here')]);
  });
});
