/** Prometheus' own checker of rules and metrics: from Debian's package, unpacked into the cache of this checkout. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unpackDebianPackages } from '../../engine/debian-packages.ts';
import type { Samples } from './scrapes.ts';

const CACHE = fileURLToPath(new URL('../../../../.cache/debian', import.meta.url));
const OBSERVABILITY = fileURLToPath(new URL('../../../../observability', import.meta.url));
export const ALERTS = join(OBSERVABILITY, 'alerts.yaml');
export const SCRAPE_CONFIG = join(OBSERVABILITY, 'prometheus.yaml');
/** As long as the last scrape is held: longer than any alert waits. */
const HELD_MINUTES = 7;
const run = promisify(execFile);

async function promtool(): Promise<string> {
  return join(await unpackDebianPackages(CACHE, ['prometheus']), 'usr/bin/promtool');
}

/** Throws with what promtool says, unless it finds nothing to say against rules and configuration. */
export async function checkFiles(): Promise<void> {
  const tool = await promtool();
  await run(tool, ['check', 'rules', ALERTS]);
  await run(tool, ['check', 'config', '--syntax-only', SCRAPE_CONFIG]);
}

/** What promtool finds wrong with an exposition; empty where it finds nothing. */
export async function lintExposition(text: string): Promise<string> {
  const child = spawn(await promtool(), ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  child.stdin.end(text);
  await once(child, 'close');
  return said;
}

/**
 * Lets Prometheus' rule checker judge scrapes as if they had been a minute apart, the last one held for a while: throws
 * unless the alerts that fire meanwhile are these, and no others.
 */
export async function expectAlerts(
  scrapes: readonly Samples[],
  expected: readonly string[],
  heldMinutes: number = HELD_MINUTES,
): Promise<void> {
  const minutes = scrapes.length - 1 + heldMinutes;
  const series = new Set(scrapes.flatMap((samples) => [...samples.keys()]));
  const test = {
    rule_files: [ALERTS],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [...series].map((name) => ({
          series: name,
          values: valuesOf(scrapes, name, heldMinutes),
        })),
        promql_expr_test: [
          {
            expr: `group by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${minutes + 1}m]))`,
            eval_time: `${minutes}m`,
            exp_samples: expected.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
          },
        ],
      },
    ],
  };
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw-alerts-'));
  try {
    const file = join(folder, 'test.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(test));
    await run(await promtool(), ['test', 'rules', file]).catch((error: unknown) => {
      throw new Error(String((error as { stdout?: string }).stdout ?? error));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function valuesOf(scrapes: readonly Samples[], series: string, heldMinutes: number): string {
  const values = scrapes.map((samples) => samples.get(series) ?? '_');
  const last = values.at(-1) ?? '_';
  return [...values, last === '_' ? `_x${heldMinutes}` : `${last}+0x${heldMinutes}`].join(' ');
}
