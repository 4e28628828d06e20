import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseThemeChoice, THEME_CHOICES } from './theme.ts';

const themeScript = readFileSync(new URL('../../../public/theme.js', import.meta.url), 'utf8');

/** What public/theme.js puts on the page for what stands in storage. */
function themeOfFirstPaint(getItem: (key: string) => string | null): string | undefined {
  const dataset: { theme?: string } = {};
  runInNewContext(themeScript, { localStorage: { getItem }, document: { documentElement: { dataset } } });
  return dataset.theme;
}

const stored = (value: string | null) => (key: string) => (key === 'kiloclaw-theme' ? value : null);

describe('the theme of the first paint', () => {
  it.each(THEME_CHOICES)('is the one chosen: %s', (choice) => {
    const shown = themeOfFirstPaint(stored(choice));
    expect(shown).toBe(choice === 'system' ? undefined : choice);
    expect(parseThemeChoice(choice)).toBe(choice);
  });
  it.each([null, '', 'sepia', '"dark"'])('is the system theme where %j is stored', (value) => {
    expect(themeOfFirstPaint(stored(value))).toBeUndefined();
    expect(parseThemeChoice(value)).toBe('system');
  });
  it('is the system theme where storage is refused', () => {
    const refuse = () => {
      throw new Error('refused');
    };
    expect(themeOfFirstPaint(refuse)).toBeUndefined();
  });
});
