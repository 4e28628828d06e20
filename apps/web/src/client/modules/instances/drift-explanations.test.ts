import { DRIFT_KINDS, REPAIRS } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { explainFinding } from './drift-explanations.ts';

const DETAILS = { machineIds: ['m1', 'm2'], volumeIds: ['v1'], mountedVolumeId: 'v9', volumeId: 'v1' };

describe('a finding', () => {
  it.each(DRIFT_KINDS)('%s is told in a sentence, whatever its details are', (kind) => {
    for (const details of [DETAILS, {}, { machineIds: 7, asked: 'much', realSizeGb: '10' }]) {
      const { title, sentence } = explainFinding({ kind, details });
      expect(title).not.toBe('');
      expect(sentence).toMatch(/\.$/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it.each(DRIFT_KINDS)('%s offers the choices that the control plane takes', (kind) => {
    const { choices } = explainFinding({ kind, details: DETAILS });
    const words = choices.map(({ request }) =>
      request.kind === 'repair' ? request.choice.split(':')[0] : 'replace_volume',
    );
    const repairs: Partial<Record<string, readonly string[]>> = REPAIRS;
    expect([...new Set(words)]).toEqual(
      kind === 'volume_missing' ? ['replace_volume'] : (repairs[kind] ?? []),
    );
  });

  it('of more than one machine names the ones that each choice deletes', () => {
    const { choices } = explainFinding({
      kind: 'duplicate_machines',
      details: { machineIds: ['m1', 'm2', 'm3'] },
    });
    expect(choices.map(({ consequence }) => consequence)).toEqual([
      'The machine m1 is kept. The others are deleted: m2, m3.',
      'The machine m2 is kept. The others are deleted: m1, m3.',
      'The machine m3 is kept. The others are deleted: m1, m2.',
    ]);
  });

  it('asks for the name where data is lost, and only there', () => {
    const losing = DRIFT_KINDS.filter((kind) =>
      explainFinding({ kind, details: DETAILS }).choices.some(({ losesData }) => losesData),
    );
    expect(losing).toEqual(['volume_missing', 'retired_volume']);
  });

  it('tells the room that was missing apart from what somebody has changed', () => {
    const size = { cpus: 1, memory_mb: 3072 };
    const larger = { cpus: 4, memory_mb: 8192 };
    const noRoom = { asked: larger, given: size, because: 'no_room' };
    expect(explainFinding({ kind: 'size_differs', details: noRoom }).sentence).toContain('no room');
    const changed = { appliedSize: size, observedSize: larger };
    expect(explainFinding({ kind: 'size_differs', details: changed }).sentence).toContain('4 CPU · 8 GB');
  });

  it('of a later release is named and offers nothing', () => {
    expect(explainFinding({ kind: 'cable_unplugged', details: {} })).toMatchObject({
      title: 'Cable unplugged',
      choices: [],
    });
  });
});
