/** Which rows are selected, by id. Sets are never changed in place: React compares them by identity. */

type Selected = ReadonlySet<string>;

/** Of the rows of this page: none, some or all of them. */
export function selectedOf(selected: Selected, ids: readonly string[]): 'none' | 'some' | 'all' {
  const count = ids.filter((id) => selected.has(id)).length;
  if (count === 0) return 'none';
  return count === ids.length ? 'all' : 'some';
}

/** Adds or takes away these; what is selected on other pages stays. */
export function withSelected(selected: Selected, ids: readonly string[], isSelected: boolean): Selected {
  const next = new Set(selected);
  for (const id of ids) {
    if (isSelected) next.add(id);
    else next.delete(id);
  }
  return next;
}
