import { describe, expect, it } from 'vitest';
import { checkDeadFiles, checkDependencies } from './dead-files.ts';
import { readSourceTree } from './source-tree.ts';
import { manifest, rootManifest, textsOf, writeTree } from './testing/temp-tree.ts';

function treeOf(files: Record<string, string>) {
  return readSourceTree(writeTree({ 'package.json': rootManifest(), ...files }));
}

describe('files', () => {
  const inDb = (files: Record<string, string>) =>
    textsOf(
      checkDeadFiles(
        treeOf({
          'packages/db/package.json': manifest('@kiloclaw/db', { exports: { '.': './src/index.ts' } }),
          ...files,
        }),
      ),
    );

  it('live when an export reaches them, by whatever kind of import', () => {
    expect(
      inDb({
        'packages/db/src/index.ts': "export * from './a.ts';\nimport type { B } from './b.ts';",
        'packages/db/src/a.ts': "await import('./c.ts');\nnew URL('./d.ts', import.meta.url);",
        'packages/db/src/b.ts': "import { a } from './a.ts';",
        'packages/db/src/c.ts': '',
        'packages/db/src/d.ts': '',
      }),
    ).toEqual([]);
  });

  it('are dead when only each other reach them', () => {
    expect(
      inDb({
        'packages/db/src/index.ts': '',
        'packages/db/src/a.ts': "import './b.ts';",
        'packages/db/src/b.ts': "import './a.ts';",
      }),
    ).toEqual([
      expect.stringMatching(/^packages\/db\/src\/a\.ts: is reached from no entry/),
      expect.stringMatching(/^packages\/db\/src\/b\.ts: is reached from no entry/),
    ]);
  });

  it('are not kept alive by their own test', () => {
    expect(inDb({ 'packages/db/src/a.ts': '', 'packages/db/src/a.test.ts': "import './a.ts';" })).toEqual([
      expect.stringMatching(/a\.ts: is used by tests alone/),
    ]);
  });

  it('serve tests under testing/, as long as a test uses them', () => {
    const helper = { 'packages/db/src/testing/clock.ts': '' };
    expect(inDb({ ...helper, 'packages/db/src/a.test.ts': "import './testing/clock.ts';" })).toEqual([]);
    expect(inDb(helper)).toEqual([expect.stringContaining('no entry point and no test')]);
  });

  it('live when a script runs them, or when they are main.ts or worker.ts', () => {
    const tree = treeOf({
      'package.json': rootManifest({ scripts: { check: 'node tools/bootstrap.mjs tools/src/check.ts' } }),
      'tools/package.json': manifest('@kiloclaw/tools'),
      'tools/bootstrap.mjs': '',
      'tools/src/check.ts': '',
      'dev/package.json': manifest('@kiloclaw/dev'),
      'dev/src/main.ts': '',
      'services/kiloclaw/package.json': manifest('@kiloclaw/control-plane'),
      'services/kiloclaw/src/worker.ts': '',
      'services/kiloclaw/vitest.workers.config.ts': '',
    });
    expect(textsOf(checkDeadFiles(tree))).toEqual([]);
  });

  it('live when the page of an app loads them, or a style sheet, or the compiler by itself', () => {
    const app = {
      'apps/web/package.json': manifest('@kiloclaw/web'),
      'apps/web/index.html':
        '<script src="/theme.js"></script>\n<script type="module" src="/src/client/main.tsx"></script>',
      'apps/web/public/theme.js': '',
      'apps/web/src/client/main.tsx': "import './styles.css';\nimport { App } from './app.tsx';\n<App />;",
      'apps/web/src/client/app.tsx': 'export const App = () => <main />;',
      'apps/web/src/client/styles.css': "@import './tokens.css';",
      'apps/web/src/client/tokens.css': '',
      'apps/web/src/client/assets.d.ts': '',
      'apps/web/src/server/worker.ts': '',
    };
    expect(textsOf(checkDeadFiles(treeOf(app)))).toEqual([]);
    expect(
      textsOf(
        checkDeadFiles(treeOf({ ...app, 'apps/web/index.html': '', 'apps/web/src/client/main.tsx': '' })),
      ),
    ).toEqual([
      expect.stringContaining('public/theme.js'),
      expect.stringContaining('client/app.tsx'),
      expect.stringContaining('client/main.tsx'),
      expect.stringContaining('client/styles.css'),
      expect.stringContaining('client/tokens.css'),
    ]);
  });

  it('serve journeys wherever they lie in e2e, as long as a journey or a script uses them', () => {
    const helper = { 'e2e/package.json': manifest('@kiloclaw/e2e'), 'e2e/src/axe.ts': '' };
    const journey = { 'e2e/src/sign-in.e2e.ts': "import './axe.ts';" };
    expect(textsOf(checkDeadFiles(treeOf({ ...helper, ...journey })))).toEqual([]);
    expect(textsOf(checkDeadFiles(treeOf(helper)))).toEqual([
      expect.stringContaining('no entry point and no test'),
    ]);
  });
});

describe('dependencies', () => {
  const inDb = (fields: Record<string, unknown>, files: Record<string, string>) =>
    textsOf(
      checkDependencies(
        treeOf({
          'package.json': rootManifest({ devDependencies: { vitest: '1.0.0', typescript: '1.0.0' } }),
          'vitest.config.ts': "import 'vitest/config';",
          'packages/db/package.json': manifest('@kiloclaw/db', fields),
          ...files,
        }),
      ),
    );

  it('pass when declared and imported, also by a subpath', () => {
    expect(
      inDb(
        { dependencies: { 'drizzle-orm': '1.0.0' } },
        {
          'packages/db/src/a.ts':
            "import 'drizzle-orm/pg-core';\nimport 'node:fs';\nimport 'cloudflare:workers';",
        },
      ),
    ).toEqual([]);
  });

  it('fail when nobody imports them', () => {
    expect(inDb({ dependencies: { postgres: '1.0.0' } }, {})).toEqual([
      expect.stringMatching(/^packages\/db\/package\.json: declares 'postgres'/),
    ]);
  });

  it('fail when imported and not declared by this package', () => {
    expect(inDb({}, { 'packages/db/src/a.ts': "import 'zod';" })).toEqual([
      expect.stringContaining("imports 'zod'"),
    ]);
  });

  it('of development serve tests and types, and not source', () => {
    const fields = { devDependencies: { ajv: '1.0.0' } };
    expect(inDb(fields, { 'packages/db/src/a.test.ts': "import 'ajv';\nimport 'vitest';" })).toEqual([]);
    expect(inDb(fields, { 'packages/db/src/a.ts': "import type { A } from 'ajv';" })).toEqual([]);
    expect(inDb(fields, { 'packages/db/src/a.ts': "import 'ajv';" })).toEqual([
      expect.stringContaining("imports 'ajv'"),
    ]);
  });

  it('of development serve what is bundled for the browser, and its build', () => {
    const inWeb = (file: string) =>
      textsOf(
        checkDependencies(
          treeOf({
            'apps/web/package.json': manifest('@kiloclaw/web', { devDependencies: { react: '1.0.0' } }),
            [file]: "import 'react';",
          }),
        ),
      );
    expect(inWeb('apps/web/src/client/a.tsx')).toEqual([]);
    expect(inWeb('apps/web/build/a.ts')).toEqual([]);
    expect(inWeb('apps/web/src/server/a.ts')).toEqual([expect.stringContaining("imports 'react'")]);
  });

  it('of styles are imported by a style sheet', () => {
    const fields = { devDependencies: { tailwindcss: '1.0.0' } };
    expect(inDb(fields, { 'packages/db/src/client/a.css': "@import 'tailwindcss';" })).toEqual([]);
  });
});
