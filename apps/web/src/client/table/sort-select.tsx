import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import type { DataTableProps, TableSort } from './table-props.ts';

const DIRECTIONS: readonly TableSort['direction'][] = ['desc', 'asc'];
const ARROWS = { asc: '↑', desc: '↓' } as const;

const textOf = ({ key, direction }: TableSort) => `${key} ${direction}`;

/** Sorting where there are no headers: among cards. */
export function SortSelect<Row>({ columns, sort, onSortChange }: DataTableProps<Row>) {
  const choices = columns.flatMap(({ header, meta }) => {
    const key = meta?.sortKey;
    return key === undefined
      ? []
      : DIRECTIONS.map((direction) => ({
          sort: { key, direction },
          label: `${header} ${ARROWS[direction]}`,
        }));
  });
  if (onSortChange === undefined || sort === undefined || choices.length === 0) return null;
  return (
    <Field label="Sort by" labelHidden>
      <Select
        className="self-end"
        value={textOf(sort)}
        options={choices.map((choice) => ({ value: textOf(choice.sort), label: choice.label }))}
        onChange={(event) => {
          const chosen = choices.find((choice) => textOf(choice.sort) === event.target.value);
          if (chosen !== undefined) onSortChange(chosen.sort);
        }}
      />
    </Field>
  );
}
