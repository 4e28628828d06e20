import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metric } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createInstruments } from './instruments.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFile(join(ROOT, path), 'utf8');
const alerts = await read('observability/alerts.yaml');
const runbooks = await read('docs/runbooks.md');
const guide = await read('docs/observability.md');
const dashboard: unknown = JSON.parse(await read('observability/dashboard.json'));

/** What every metric is made with; its type says less than it has. */
type Made = Metric & { readonly name: string; readonly labelNames: readonly string[] };
const LABELS = new Map(
  createInstruments()
    .registry.getMetricsAsArray()
    .map((metric) => metric as unknown as Made)
    .map((metric) => [metric.name, 'buckets' in metric ? [...metric.labelNames, 'le'] : metric.labelNames]),
);

function exprsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'expr' in value && typeof value.expr === 'string' ? [value.expr] : [];
  return [...own, ...Object.values(value).flatMap(exprsOf)];
}

/** Each alert's own text. */
const RULES = alerts
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({ name: /^\w+/.exec(text)?.[0] ?? '', text }));
const PANELS = exprsOf(dashboard);

function metricOf(series: string): string | undefined {
  return [series, series.replace(/_(bucket|sum|count)$/, '')].find((name) => LABELS.has(name));
}

/** Names and labels of an expression that the code does not know. */
function unknownIn(expr: string): string[] {
  const problems: string[] = [];
  const labels: string[] = [];
  for (const [, series = '', selector = ''] of expr.matchAll(/\b(kiloclaw_\w+)(?:\{([^}]*)\})?/g)) {
    const metric = metricOf(series);
    if (metric === undefined) {
      problems.push(series);
      continue;
    }
    const known = LABELS.get(metric) ?? [];
    labels.push(...known);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
      if (!known.includes(label)) problems.push(`${series}{${label}}`);
  }
  for (const [, list = ''] of expr.matchAll(/\bby \(([^)]*)\)/g))
    problems.push(...list.split(/,\s*/).filter((label) => !labels.includes(label)));
  return problems;
}

describe('the alerts and the dashboard', () => {
  it('are there to be read', () => {
    expect(RULES.length).toBeGreaterThanOrEqual(8);
    expect(PANELS.length).toBeGreaterThan(20);
  });

  it.each(RULES)('name in $name only metrics and labels that the code has', ({ text }) => {
    const used = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? '');
    const grouped = [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
    expect(unknownIn(text)).toEqual([]);
    for (const label of used) expect(grouped).toContain(label);
  });

  it.each(PANELS)('name in a panel only what the code has: %s', (expr) => {
    expect(unknownIn(expr)).toEqual([]);
  });

  it.each([...LABELS.keys()])('show %s in a panel, and the guide tells of it', (metric) => {
    expect(PANELS.some((expr) => expr.includes(metric))).toBe(true);
    expect(guide).toContain(`\`${metric}\``);
  });

  it.each(RULES)('say of $name how bad it is, what it is, and where its runbook stands', ({ name, text }) => {
    expect(text).toMatch(/severity: (critical|warning|info)\n/);
    expect(text).toMatch(/summary: \S/);
    expect(text).toMatch(/description: >-\n/);
    expect(text).toContain(`runbook_url: docs/runbooks.md#${name.toLowerCase()}\n`);
    expect(runbooks).toContain(`\n## ${name}\n`);
  });

  it('have a runbook for nothing else', () => {
    const sections = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(RULES.map(({ name }) => name));
  });
});

describe('a name that the code does not have', () => {
  it.each([
    ['kiloclaw_provider_call_total', ['kiloclaw_provider_call_total']],
    ['rate(kiloclaw_provider_calls_total{state="200"}[5m])', ['kiloclaw_provider_calls_total{state}']],
    ['sum by (provider, size) (kiloclaw_provider_calls_total)', ['size']],
  ])('is found in %s', (expr, problems) => {
    expect(unknownIn(expr)).toEqual(problems);
  });
});
