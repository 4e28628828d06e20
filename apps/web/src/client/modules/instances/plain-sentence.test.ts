import { expect, it } from 'vitest';
import { actorText, personText } from './people.ts';
import { forPeople } from './plain-sentence.ts';

const NAMES = {
  a1: { displayName: 'Alice $& Example', isDeleted: false },
  b2: { displayName: null, isDeleted: false },
  c3: { displayName: null, isDeleted: true },
};

it('a sentence of the control plane’s has names, local times, and sizes as the page writes them', () => {
  const sentence =
    '4 CPUs / 16384 MB is lent by a1 until 2026-01-08T10:00:00.000Z, over the billed 1 CPU / 512 MB.';
  const read = forPeople(sentence, NAMES);
  expect(read).toMatch(/^4 CPU · 16 GB is lent by Alice \$& Example until 8 Jan 2026, /);
  expect(read).toMatch(/, over the billed 1 CPU · 512 MB\.$/);
});

it('names who lends without an end, and leaves other words that follow "by"', () => {
  const sentence = 'It is lent by a1, over what is paid by the hour; see a1.';
  expect(forPeople(sentence, NAMES)).toBe(
    'It is lent by Alice $& Example, over what is paid by the hour; see a1.',
  );
});

it('a person is called by name, by id where none is known, and not at all once deleted', () => {
  expect(['a1', 'b2', 'c3', 'd4'].map((id) => personText(id, NAMES))).toEqual([
    'Alice $& Example',
    'b2',
    'a deleted person',
    'd4',
  ]);
});

it('a key or the system is never called like a person of the same id', () => {
  expect(actorText({ kind: 'api', id: 'a1' }, NAMES)).toBe('API key a1');
  expect(actorText({ kind: 'system', id: 'a1' }, NAMES)).toBe('KiloClaw itself');
  expect(actorText({ kind: 'customer', id: 'a1' }, NAMES)).toBe('Alice $& Example');
});
