/** Statuses in the colours that they have everywhere. */
import { type Cell, type Tone, toned } from './cells.ts';

const TONES: Readonly<Record<string, Tone>> = {
  running: 'good',
  succeeded: 'good',
  deleted: 'good',
  stopped: 'faint',
  provisioned: 'faint',
  skipped: 'faint',
  pending: 'faint',
  superseded: 'faint',
  gone: 'faint',
  failed: 'bad',
  stuck: 'bad',
  refused: 'bad',
  destroying: 'warn',
  destroyed: 'warn',
  provisioning: 'warn',
};

export function statusCell(status: string): Cell {
  const tone = Object.hasOwn(TONES, status) ? TONES[status] : undefined;
  return tone === undefined ? status : toned(tone, status);
}
