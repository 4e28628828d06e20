/** A plan, as a person reads it before saying yes. */
import type { Plan } from '@kiloclaw/platform-contract';
import { type Cell, toned } from './cells.ts';
import { diskWords, sizeWords } from './hardware-words.ts';
import type { Screen } from './screen.ts';
import { timeWords } from './times.ts';

const IRREVERSIBLE: Readonly<Record<Plan['irreversible'][number], string>> = {
  volume_growth: 'the disk grows, and a disk never shrinks',
  data_loss: 'data is lost',
};
const DOWNTIME: Readonly<Record<Plan['downtime'], string>> = {
  none: 'none',
  restart: 'a restart',
  replace: 'the machine is made anew on its volume',
};
const REQUIRES: Readonly<Record<Plan['requires'][number], string>> = {
  stop: 'stop it before',
  restart: 'restart it after',
  start: 'start it after',
};

export function drawPlan(screen: Screen, plan: Plan): void {
  const { before, after, effectiveSize, givenSize } = plan;
  screen.table(
    ['', 'now', 'after'],
    [
      ['tier', before.instanceType, changed(before.instanceType, after.instanceType)],
      [
        'billed machine',
        sizeWords(before.machineSize),
        changed(sizeWords(before.machineSize), sizeWords(after.machineSize)),
      ],
      [
        'disk',
        diskWords(before.volumeSizeGb),
        changed(diskWords(before.volumeSizeGb), diskWords(after.volumeSizeGb)),
      ],
    ],
  );
  const isShort = givenSize !== null && sizeWords(givenSize) !== sizeWords(effectiveSize);
  screen.pairs([
    ['starts with', sizeWords(effectiveSize)],
    ...(isShort ? [['the host gives', toned('warn', sizeWords(givenSize) ?? '')] as const] : []),
    ['downtime', plan.downtime === 'none' ? DOWNTIME.none : toned('warn', DOWNTIME[plan.downtime])],
    ['by hand', list(plan.requires.map((step) => REQUIRES[step]))],
    [
      'for good',
      plan.irreversible.length === 0
        ? null
        : toned('bad', plan.irreversible.map((kind) => IRREVERSIBLE[kind]).join('; ')),
    ],
    ['clears', overrideWords(plan)],
    [
      'refused',
      plan.refusal === null ? null : toned('bad', `${plan.refusal.message} (${plan.refusal.code})`),
    ],
    ['hash', plan.hash],
  ]);
}

function changed(before: string | null, after: string | null): Cell {
  return before === after ? after : toned('strong', after ?? '–');
}

function list(words: readonly string[]): Cell {
  return words.length === 0 ? null : words.join(', ');
}

function overrideWords({ clears: { sizeOverride } }: Plan): Cell {
  if (sizeOverride === null) return null;
  const { preset, machineSize, actorId, reason, setAt } = sizeOverride;
  const why = reason === undefined ? '' : `: ${reason}`;
  return toned(
    'warn',
    `the size override ${preset ?? sizeWords(machineSize)}, set by ${actorId} at ${timeWords(setAt)}${why}`,
  );
}
