/** Reads `a.b.0.c` out of parsed JSON; undefined where the path ends early. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return new Map<string, unknown>(Object.entries(current)).get(key);
  }, value);
}

/** The same, for a text that must be there. */
export function text(value: unknown, path: string): string {
  const found = field(value, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path} in ${JSON.stringify(value)}`);
  return found;
}
