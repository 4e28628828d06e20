/** Sentences of the control plane's, which are for scripts as well, as people read them. Pure. */
import { formatExactTime, formatMemory } from '../../lib/format.ts';
import { type PeopleNames, personText } from './people.ts';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
const MEMORY = /\b(\d+) MB\b/g;

/** With names for the ids of people, the reader's time, and GB where there are some. */
export function forPeople(sentence: string, names: PeopleNames): string {
  const named = Object.keys(names).reduce(
    (text, id) => text.replaceAll(` by ${id} `, () => ` by ${personText(id, names)} `),
    sentence,
  );
  return named
    .replace(INSTANT, (instant) => formatExactTime(instant))
    .replace(MEMORY, (_, memoryMb: string) => formatMemory(Number(memoryMb)));
}
