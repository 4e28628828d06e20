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
});
