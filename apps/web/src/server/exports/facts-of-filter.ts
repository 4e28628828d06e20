/** A filter as an audit row tells it: which fields, with their ids and codes. What somebody typed is not told. */
type Fact = string | number | boolean | null;

export function factsOfFilter({
  q,
  ...filter
}: Readonly<Record<string, Fact | undefined>>): Record<string, Fact> {
  const facts = Object.entries(filter).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value]],
  );
  return { ...Object.fromEntries(facts), ...(q === undefined ? {} : { searched: true }) };
}
