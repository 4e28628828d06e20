import fc from 'fast-check';

/** Filters with at most `max` of these fields: with many at once next to nothing is found, and nothing is tested. */
export function fewOf<Filter>(
  fields: { readonly [Field in keyof Filter]: fc.Arbitrary<Filter[Field]> },
  max: number,
): fc.Arbitrary<Partial<Filter>> {
  const names = Object.keys(fields) as (keyof Filter)[];
  return fc.subarray(names, { maxLength: max }).chain((chosen) => {
    const left = chosen.map((name) => [name, fields[name]] as const);
    return fc.record(Object.fromEntries(left)) as fc.Arbitrary<Partial<Filter>>;
  });
}
