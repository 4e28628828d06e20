import { Checkbox } from '../ui/checkbox.tsx';
import { selectedOf, withSelected } from './selection.ts';
import type { TableSelection } from './table-props.ts';

interface SelectAllProps<Row> {
  caption: string;
  /** Of the rows of this page. */
  ids: readonly string[];
  selection: TableSelection<Row>;
}

export function SelectAllCheckbox<Row>({ caption, ids, selection }: SelectAllProps<Row>) {
  const state = selectedOf(selection.selected, ids);
  return (
    <Checkbox
      label={`Select all of ${caption} on this page`}
      labelHidden
      checked={state === 'all'}
      indeterminate={state === 'some'}
      onChange={() => selection.onSelectedChange(withSelected(selection.selected, ids, state !== 'all'))}
    />
  );
}

interface RowCheckboxProps<Row> {
  id: string;
  row: Row;
  selection: TableSelection<Row>;
}

export function RowCheckbox<Row>({ id, row, selection }: RowCheckboxProps<Row>) {
  return (
    <Checkbox
      label={`Select ${selection.rowLabel(row)}`}
      labelHidden
      checked={selection.selected.has(id)}
      onChange={(event) =>
        selection.onSelectedChange(withSelected(selection.selected, [id], event.target.checked))
      }
    />
  );
}
