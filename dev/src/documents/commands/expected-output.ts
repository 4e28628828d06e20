/** Whether a terminal shows what a document says that it shows. */

const ANYTHING = '…';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** How columns are spaced follows from what stands in them. */
const squeezed = (line: string) => line.trim().replace(/\s+/g, ' ');

function patternOf(line: string): RegExp {
  return new RegExp(`^${squeezed(line).split(ANYTHING).map(escaped).join('.*')}$`);
}

/**
 * The first expected line that the output lacks, or null. The lines are looked for in their order, others may stand
 * between them; `…` stands for anything in a line, and in a line of its own for any lines.
 */
export function firstMissingLine(expected: readonly string[], output: string): string | null {
  const lines = output.split('\n').map(squeezed);
  let from = 0;
  for (const line of expected) {
    if (line.trim() === '' || line.trim() === ANYTHING) continue;
    const pattern = patternOf(line);
    const at = lines.findIndex((shown, index) => index >= from && pattern.test(shown));
    if (at === -1) return line;
    from = at + 1;
  }
  return null;
}
