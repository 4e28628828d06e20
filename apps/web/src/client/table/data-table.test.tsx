import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { TooltipProvider } from '../ui/tooltip.tsx';
import type { TableColumn } from './column-meta.ts';
import { DataTable } from './data-table.tsx';
import type { DataTableProps } from './table-props.ts';

interface Volume {
  id: string;
  name: string;
  sizeGb: number;
}

const COLUMNS: TableColumn<Volume>[] = [
  { id: 'name', header: 'Name', cell: ({ row }) => row.original.name },
  {
    id: 'size',
    header: 'Size',
    meta: { sortKey: 'volume_size_gb', align: 'end' },
    cell: ({ row }) => `${row.original.sizeGb} GB`,
  },
];
const ROWS: Volume[] = [
  { id: 'vol_1', name: 'alpha', sizeGb: 10 },
  { id: 'vol_2', name: 'beta', sizeGb: 20 },
];

function render(props: Partial<DataTableProps<Volume>>): string {
  return renderToStaticMarkup(
    <TooltipProvider>
      <DataTable
        caption="Volumes"
        columns={COLUMNS}
        rows={ROWS}
        rowId={({ id }) => id}
        empty={<p>No volume yet.</p>}
        {...props}
      />
    </TooltipProvider>,
  );
}

const countOf = (html: string, part: string) => html.split(part).length - 1;

describe('a table', () => {
  it('has its name, its heads and a row for each of the page', () => {
    const html = render({});
    expect(html).toMatch(/<caption[^>]*>Volumes<\/caption>/);
    expect(countOf(html, 'scope="col"')).toBe(COLUMNS.length);
    expect(html).toContain('alpha');
    expect(html).toContain('20 GB');
    expect(countOf(html, '<tr')).toBe(1 + ROWS.length);
  });
  it('says by which column it is sorted, and lets only those be sorted that the server can sort', () => {
    const html = render({
      sort: { key: 'volume_size_gb', direction: 'desc' },
      onSortChange: () => undefined,
    });
    expect(countOf(html, 'aria-sort')).toBe(1);
    expect(html).toMatch(/<th[^>]*aria-sort="descending"[^>]*><button[^>]*>Size/);
    expect(html).not.toMatch(/<button[^>]*>Name/);
  });
  it('holds the place of its rows before the first answer', () => {
    const html = render({ rows: undefined });
    expect(html).toContain('aria-busy="true"');
    expect(html).not.toContain('No volume yet.');
  });
  it('shows what is said for none, and no heads over nothing', () => {
    const html = render({ rows: [] });
    expect(html).toContain('No volume yet.');
    expect(html).not.toContain('<table');
  });
  it('keeps the rows of the page before while the next one loads', () => {
    const html = render({ isStale: true });
    expect(html).toContain('alpha');
    expect(html).toContain('aria-busy="true"');
  });
  it('tells in place of its rows why there are none, and the way out', () => {
    const html = render({
      rows: undefined,
      failure: { message: 'The registry is away.', requestId: 'req_1', onRetry: () => undefined },
    });
    expect(html).toMatch(/role="alert"[\s\S]*The registry is away\.[\s\S]*Try again[\s\S]*req_1/);
    expect(html).toContain('aria-busy="false"');
    expect(html).not.toContain('<table');
  });
  it('keeps the rows that it has when they could not be loaded anew, and says so', () => {
    const html = render({ failure: { message: 'The registry is away.', onRetry: () => undefined } });
    expect(html).toMatch(/role="alert"[\s\S]*The registry is away\.[\s\S]*alpha/);
  });
  it('names the checkbox of each row, and of all', () => {
    const html = render({
      selection: {
        selected: new Set(['vol_2']),
        onSelectedChange: () => undefined,
        rowLabel: ({ name }) => name,
        actions: (selected) => <button type="button">Export {selected.size}</button>,
      },
    });
    expect(html).toContain('Select all of Volumes on this page');
    expect(html).toContain('Select alpha');
    expect(html).toContain('1 selected');
    expect(countOf(html, 'checked=""')).toBe(1);
  });

  it('offers the details of each row by its name, and shows none before they are asked for', () => {
    const html = render({ details: { rowLabel: ({ name }) => name, content: () => <p>all of it</p> } });
    for (const { name } of ROWS) expect(html).toMatch(new RegExp(`aria-label="Details of ${name}"`));
    expect(html.match(/aria-expanded="false"/g)).toHaveLength(ROWS.length);
    expect(html).not.toContain('all of it');
    expect(render({})).not.toContain('Details');
  });
});
