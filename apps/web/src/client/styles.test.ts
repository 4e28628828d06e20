import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const styles = readFileSync(new URL('./styles.css', import.meta.url), 'utf8');

/** WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for what a control is told by. */
const MIN_TEXT_CONTRAST = 4.5;
const MIN_GRAPHIC_CONTRAST = 3;

const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const TOKEN = /--color-([a-z0-9-]+):\s*light-dark\(\s*(#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\s*\)/g;
const tokens = new Map(
  [...styles.matchAll(TOKEN)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
);

function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(front: string, ground: string, theme: Theme): number {
  const [frontHex, groundHex] = [front, ground].map((name) => tokens.get(name)?.[theme]);
  if (frontHex === undefined || groundHex === undefined) throw new Error(`No colour ${front} or ${ground}.`);
  const [darker = 0, lighter = 0] = [luminanceOf(frontHex), luminanceOf(groundHex)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ['surface', 'surface-raised', 'surface-sunken'];
const TONES = ['accent', 'positive', 'warning', 'danger', 'lent'];
const SOFT = TONES.map((tone) => `${tone}-soft`);

const textPairs = [
  ...['text', 'muted', 'accent-text', 'danger-text'].flatMap((front) =>
    [...GROUNDS, ...SOFT].map((ground) => [front, ground]),
  ),
  ...TONES.flatMap((tone) => [`${tone}-soft`, ...GROUNDS].map((ground) => [`${tone}-text`, ground])),
  ...['accent', 'danger', 'lent'].flatMap((solid) => [
    ['on-accent', solid],
    ['on-accent', `${solid}-hover`],
  ]),
];
const graphicPairs = [
  ...['border-strong', 'focus'].flatMap((front) => GROUNDS.map((ground) => [front, ground])),
  ...[1, 2, 3, 4, 5, 6].map((number) => [`chart-${number}`, 'surface-raised']),
];

describe.each(THEMES)('the %s theme', (theme) => {
  it.each(textPairs)('has %s readable on %s', (front = '', ground = '') => {
    expect(contrastOf(front, ground, theme)).toBeGreaterThanOrEqual(MIN_TEXT_CONTRAST);
  });
  it.each(graphicPairs)('has %s told from %s', (front = '', ground = '') => {
    expect(contrastOf(front, ground, theme)).toBeGreaterThanOrEqual(MIN_GRAPHIC_CONTRAST);
  });
});
