import { describe, expect, it } from 'vitest';
import { firstViewBudget } from './first-view-budget.ts';

/** Two hex digits a byte of chance: gzip can't make it shorter than half. */
const incompressible = (length: number, seed: number) =>
  Array.from({ length }, (_, index) =>
    ((Math.imul(index + seed, 2_654_435_761) >>> 15) % 256).toString(16),
  ).join('');

const chunk = (fileName: string, imports: string[], isEntry = false) => ({
  type: 'chunk',
  fileName,
  imports,
  isEntry,
  code: incompressible(4_000, fileName.length),
});

const bundle = {
  'entry.js': chunk('entry.js', ['shared.js'], true),
  'shared.js': chunk('shared.js', ['deep.js']),
  'deep.js': chunk('deep.js', ['entry.js']),
  'lazy-charts.js': chunk('lazy-charts.js', ['shared.js']),
  'styles.css': { type: 'asset', fileName: 'styles.css' },
};

/** Runs the plugin on the bundle: what it failed with, or what it printed. */
function runBudget(maxBytes: number): { failed?: string; printed?: string } {
  const told: { failed?: string; printed?: string } = {};
  const { generateBundle } = firstViewBudget(maxBytes);
  if (typeof generateBundle !== 'function') throw new Error('The plugin has no generateBundle.');
  const context = {
    info: (text: string) => {
      told.printed = text;
    },
    error: (text: string) => {
      told.failed = text;
      throw new Error(text);
    },
  };
  try {
    Reflect.apply(generateBundle, context, [{}, bundle, true]);
  } catch (error) {
    if (told.failed === undefined) throw error;
  }
  return told;
}

describe('the budget of the first view', () => {
  it('fails the build beyond it, and names what counts: the entry and all it imports statically', () => {
    const { failed } = runBudget(1_000);
    expect(failed).toContain('(entry.js, shared.js, deep.js)');
    expect(failed).not.toContain('lazy-charts.js');
  });
  it('prints the figure within it', () => {
    const { failed, printed } = runBudget(1_000_000);
    expect(failed).toBeUndefined();
    expect(printed).toMatch(/loads \d+\.\d kB of JavaScript after gzip, of 1000 kB/);
  });
});
