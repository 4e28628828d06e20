/** Sentences of the control plane's, which are for scripts as well, as people read them. Pure. */
import { formatExactTime, formatMachineSize, formatMemory } from '../../lib/format.ts';
import { type PeopleNames, personText } from './people.ts';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** The id ends at the first sign that none has. */
const BY_SOMEBODY = / by ([A-Za-z0-9_-]{1,64})(?![A-Za-z0-9_-])/g;
/** As the control plane writes a machine size. */
const MACHINE_SIZE = /\b(\d+) CPUs? \/ (\d+) MB\b/g;
const MEMORY = /\b(\d+) MB\b/g;

/** With names for the ids of people, the reader's time, and sizes as the page writes them. */
export function forPeople(sentence: string, names: PeopleNames): string {
  return sentence
    .replace(BY_SOMEBODY, (by, id: string) =>
      Object.hasOwn(names, id) ? ` by ${personText(id, names)}` : by,
    )
    .replace(INSTANT, (instant) => formatExactTime(instant))
    .replace(MACHINE_SIZE, (_, cpus: string, memoryMb: string) =>
      formatMachineSize({ cpus: Number(cpus), memory_mb: Number(memoryMb) }),
    )
    .replace(MEMORY, (_, memoryMb: string) => formatMemory(Number(memoryMb)));
}
