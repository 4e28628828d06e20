import { formatCount } from '../lib/format.ts';
import { Button } from '../ui/button.tsx';
import type { TableSelection } from './table-props.ts';

/** What can be done with the rows selected; gone while there are none. */
export function BulkBar<Row>({ selection }: { selection: TableSelection<Row> }) {
  const { selected, onSelectedChange, actions } = selection;
  return (
    <>
      <span role="status" className="sr-only">
        {selected.size === 0 ? '' : `${formatCount(selected.size)} selected`}
      </span>
      {selected.size === 0 ? null : (
        <fieldset className="flex flex-wrap items-center gap-2 rounded-lg border border-accent-border bg-accent-soft px-4 py-2">
          <legend className="sr-only">Actions for the selection</legend>
          <span className="tabular mr-auto font-medium text-accent-text text-sm">
            {formatCount(selected.size)} selected
          </span>
          {actions(selected)}
          <Button size="sm" variant="ghost" onClick={() => onSelectedChange(new Set())}>
            Clear selection
          </Button>
        </fieldset>
      )}
    </>
  );
}
