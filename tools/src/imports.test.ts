import { describe, expect, it } from 'vitest';
import { importsOf, isBarrel, splitSpecifier } from './imports.ts';

const only = (text: string, file = 'x.ts') => importsOf(file, text);

describe('importsOf', () => {
  it.each([
    ["import { a } from 'x';", false],
    ["import 'x';", false],
    ["import * as a from 'x';", false],
    ["export { a } from 'x';", false],
    ["export * from 'x';", false],
    ["const a = await import('x');", false],
    ["import type { A } from 'x';", true],
    ["export type { A } from 'x';", true],
    ["type A = import('x').A;", true],
    ["type A = typeof import('x');", true],
    // Under verbatimModuleSyntax the statement stays, and loads the module.
    ["import { type A } from 'x';", false],
    ["const a = import.meta.resolve('x');", false],
  ])('reads %s', (text, isTypeOnly) => {
    expect(only(text)).toEqual([{ specifier: 'x', isTypeOnly, line: 1 }]);
  });

  it('reads the path of a module that is loaded by URL, and of no folder or data file', () => {
    const urls = ['./x.ts', 'y.ts', '..', './x.json', 'https://example.com/z.js'];
    const text = urls.map((url) => `new URL('${url}', import.meta.url);`).join('\n');
    expect(only(text).map(({ specifier }) => specifier)).toEqual(['./x.ts', './y.ts']);
  });

  it('takes no import from comments, strings and plain exports', () => {
    expect(
      only("// import 'x';\nconst a = \"import 'x'\";\nexport { a };\nnew URL('x', 'http://y');"),
    ).toEqual([]);
  });

  it('finds imports inside functions, with their lines', () => {
    expect(only("function f() {\n  return import('deep');\n}")).toEqual([
      { specifier: 'deep', isTypeOnly: false, line: 2 },
    ]);
  });

  it('reads JSX where the file may hold it', () => {
    expect(only("import { A } from 'x';\nconst b = <A />;", 'x.tsx')).toHaveLength(1);
  });

  it('reads what a style sheet takes in, and nothing that it only comments on', () => {
    const styles = "/* @import 'x';\n*/ @import \"tailwindcss\";\n@import url('./a.css');\n@plugin 'y';";
    expect(only(styles, 'x.css')).toEqual([
      { specifier: 'tailwindcss', isTypeOnly: false, line: 2 },
      { specifier: './a.css', isTypeOnly: false, line: 3 },
      { specifier: 'y', isTypeOnly: false, line: 4 },
    ]);
  });

  it('names the file that it cannot parse', () => {
    expect(() => only('const = ;', 'src/broken.ts')).toThrow(/src\/broken\.ts can't be parsed/);
  });
});

describe('isBarrel', () => {
  it('is a file of nothing but re-exports', () => {
    expect(isBarrel('x.ts', "export * from './a.ts';\nexport { b } from './b.ts';")).toBe(true);
  });

  it('is no style sheet', () => {
    expect(isBarrel('x.css', "@import './a.css'; @import './b.css';")).toBe(false);
  });

  it('is no file that has something of its own', () => {
    expect(isBarrel('x.ts', "export * from './a.ts';\nexport const b = 1;")).toBe(false);
  });
});

describe('splitSpecifier', () => {
  it.each([
    ['zod', 'zod', ''],
    ['hono/streaming', 'hono', 'streaming'],
    ['@kiloclaw/db', '@kiloclaw/db', ''],
    ['@kiloclaw/db/testing', '@kiloclaw/db', 'testing'],
  ])('splits %s', (specifier, packageName, subpath) => {
    expect(splitSpecifier(specifier)).toEqual({ packageName, subpath });
  });
});
