import { API_BASE, ERROR_STATUS, ROUTES } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import { renderApiMarkdown } from './api-markdown.ts';

const text = renderApiMarkdown();
const lines = text.split('\n');

/** As a forge makes them of headings. */
const anchorOf = (heading: string) =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

it('has a heading for every route, once', () => {
  const headings = lines.filter((line) => line.startsWith('### '));
  expect(new Set(headings).size).toBe(headings.length);
  for (const { method, path } of Object.values(ROUTES))
    expect(headings).toContain(`### ${method} ${API_BASE}${path.replace(':id', '{id}')}`);
});

it('links to headings that it has', () => {
  const anchors = new Set(lines.filter((line) => line.startsWith('#')).map(anchorOf));
  const targets = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(50);
  expect(targets.filter((target) => !anchors.has(target))).toEqual([]);
});

it('tells the meaning of every error code', () => {
  for (const [code, status] of Object.entries(ERROR_STATUS))
    expect(lines.filter((line) => line.startsWith(`| ${status} | \`${code}\` | `))).toHaveLength(1);
});

it('has tables whose rows are as wide as their heads', () => {
  const cellsOf = (line: string) => line.split(/(?<!\\)\|/).length;
  lines.forEach((line, index) => {
    const above = lines[index - 1] ?? '';
    if (line.startsWith('|') && above.startsWith('|')) expect(cellsOf(line), line).toBe(cellsOf(above));
  });
});

it('says types with their bounds, and what may be left out', () => {
  expect(text).toContain('| `volumeSizeGb`? | body | integer, 1–500 | Whole GB;');
  expect(text).toContain('| `limit`? | query | integer, 1–200, default `50` | Instances a page. |');
  expect(text).toContain('| `apply`? | body | one of `manual`, `now`; default `manual` |');
  expect(text).toContain('| `machineSize` | [MachineSize](#machinesize) or null |');
  expect(text).toContain('| `cpus` | integer, 1–128 |');
});
