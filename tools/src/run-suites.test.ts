import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closingLine, runSuites } from './run-suites.ts';
import { type CheckSuite, checkSuites, chooseSuites, type Suite, type VitestSuite } from './suites.ts';
import { writeTree } from './testing/temp-tree.ts';

/** Writes the report that vitest would write to the place it is told. */
const FAKE_VITEST = `#!/usr/bin/env node
const { writeFileSync } = require('node:fs');
const file = process.argv.find((argument) => argument.startsWith('--outputFile.json=')).split('=')[1];
const fails = process.argv.includes('--fails');
const failed = { status: 'failed', fullName: 'a tier shrinks', failureMessages: ['Error: it grew'] };
const testResults = fails ? [{ name: process.cwd() + '/src/tier.test.ts', status: 'failed', message: '', assertionResults: [failed] }] : [];
console.log('noise');
writeFileSync(file, JSON.stringify({ numPassedTests: 2, numFailedTests: testResults.length, numPendingTests: 1, numTodoTests: 0, testResults }));
process.exitCode = fails ? 1 : 0;
`;

function check(name: string, script: string): CheckSuite {
  return { name, kind: 'check', command: 'node', args: ['-e', script], timeoutMs: 20_000 };
}

const VITEST: VitestSuite = { name: 'unit', kind: 'vitest', command: 'vitest', args: [], timeoutMs: 20_000 };

async function run(suites: Suite[], settings: { verbose?: boolean; signal?: AbortSignal } = {}) {
  const root = writeTree({ 'node_modules/.bin/vitest': FAKE_VITEST });
  chmodSync(join(root, 'node_modules/.bin/vitest'), 0o755);
  const printed: string[] = [];
  const counts = await runSuites(suites, {
    root,
    signal: settings.signal ?? new AbortController().signal,
    verbose: settings.verbose ?? false,
    print: (text) => printed.push(text),
  });
  return { counts, text: printed.join('') };
}

describe('runSuites', () => {
  it('prints one line a suite and nothing of what passed', async () => {
    const { counts, text } = await run([check('types', "console.log('noise')"), VITEST]);
    expect(counts).toEqual({ passed: 3, failed: 0, skipped: 1 });
    expect(text.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ok {5}types +1 passed, 0 failed, \d+\.\d s$/),
      expect.stringMatching(/^ok {5}unit +2 passed, 0 failed, 1 skipped, \d+\.\d s$/),
    ]);
  });

  it('shows the end of the output of a suite that failed, and goes on', async () => {
    const loud = "for (let i = 0; i < 500; i++) console.log('line', i); process.exitCode = 1;";
    const { counts, text } = await run([check('types', loud), VITEST]);
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(text).toContain('line 499');
    expect(text).not.toContain('line 100\n');
    expect(text).toMatch(/^FAILED types/m);
  });

  it('names the tests that failed instead of what was printed', async () => {
    const { text } = await run([{ ...VITEST, args: ['--fails'] }]);
    expect(text).toMatch(/^FAILED unit.*\n {4}src\/tier\.test\.ts > a tier shrinks\n {4}Error: it grew\n$/m);
    expect(text).not.toContain('noise');
  });

  it('shows everything, once, when told to', async () => {
    const { text } = await run([check('types', "console.log('noise'); process.exitCode = 1;")], {
      verbose: true,
    });
    expect(text.match(/noise/g)).toHaveLength(1);
  });

  it('says that a suite was ended at its bound', async () => {
    const { counts, text } = await run([
      { ...check('types', 'setInterval(() => {}, 1000)'), timeoutMs: 300 },
    ]);
    expect(counts.failed).toBe(1);
    expect(text).toContain('ended at its bound of 0.3 s');
  });

  it('starts nothing after an abort', async () => {
    expect(await run([VITEST], { signal: AbortSignal.abort() })).toEqual({
      counts: { passed: 0, failed: 0, skipped: 0 },
      text: '',
    });
  });
});

describe('closingLine', () => {
  it('names the skipped only if there are any', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(closingLine({ passed: 12, failed: 1, skipped: 2 })).toBe('12 passed, 1 failed, 2 skipped');
  });
});

describe('chooseSuites', () => {
  const names = (suites: Suite[]) => suites.map(({ name }) => name);

  it('takes all of them for no name, and the named ones in the order they run', () => {
    expect(names(chooseSuites([]))).toEqual([
      'format-and-lint',
      'types',
      'house-rules',
      'unit',
      'workers',
      'stack',
      'e2e',
    ]);
    expect(names(chooseSuites(['workers', 'unit']))).toEqual(['unit', 'workers']);
    expect(names(checkSuites())).toEqual(['format-and-lint', 'types', 'house-rules']);
  });

  it('names the suites there are when asked for another', () => {
    expect(() => chooseSuites(['unit', 'units'])).toThrow(/No suite 'units': there are .*workers/);
  });
});
