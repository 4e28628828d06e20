/** Variables that look like ours and are none: a wrong letter would leave a setting at its default, unnoticed. */

/** Everything that begins so is ours. */
const OWN_PREFIX = 'KILOCLAW_';
/** Read by tests alone. */
const TEST_PREFIX = 'KILOCLAW_TEST_';
/** Letters to add, leave out or change. */
const NEAR_MOST = 3;

/**
 * A sentence for each of the names, with the known one that is nearest. Others write variables that begin as some of
 * ours do: such a one is told only where a name of ours is near.
 */
export function unknownSettings(names: Iterable<string>, known: readonly string[]): string[] {
  const beginnings = new Set(known.map(beginningOf));
  return [...names].sort().flatMap((name) => {
    if (known.includes(name) || name.startsWith(TEST_PREFIX)) return [];
    const isOwn = name.startsWith(OWN_PREFIX);
    if (!isOwn && !beginnings.has(beginningOf(name))) return [];
    const nearest = nearestOf(name, known);
    if (nearest !== null)
      return [`${name} is no setting and is ignored: ${nearest} is the nearest that is one.`];
    return isOwn ? [`${name} is no setting and is ignored: docs/configuration.md has them all.`] : [];
  });
}

const beginningOf = (name: string) => name.split('_', 1)[0];

function nearestOf(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((other) => ({ other, distance: distanceOf(name, other) }))
    .sort((a, b) => a.distance - b.distance);
  const [first] = ranked;
  return first !== undefined && first.distance <= NEAR_MOST ? first.other : null;
}

/** Levenshtein's: by a row for each letter of `a`. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
