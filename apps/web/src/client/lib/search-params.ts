/**
 * The view that a URL holds after `?`. Every value is text, as it stands in the address; a repeated key is a list.
 * The router's own way would write JSON there: `?q="123"`, which nobody can read, write or share.
 */
export type SearchParams = Record<string, string | string[]>;

/** What may be put into a URL; `undefined`, `false`, '' and an empty list are left out. */
export type SearchValue = string | number | boolean | readonly string[] | undefined;

export function parseSearch(search: string): SearchParams {
  const read = new URLSearchParams(search);
  return Object.fromEntries(
    [...new Set(read.keys())].map((key) => {
      const values = read.getAll(key);
      return [key, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** With its `?`, or '' where nothing is left. Keys stand in the order given. */
export function stringifySearch(values: Record<string, SearchValue>): string {
  const written = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === false || value === '') continue;
    const list = typeof value === 'object' ? value : [String(value)];
    for (const each of list) written.append(key, each);
  }
  const text = written.toString();
  return text === '' ? '' : `?${text}`;
}
