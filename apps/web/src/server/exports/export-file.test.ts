import { describe, expect, it } from 'vitest';
import { type ExportFormat, writeExport } from './export-file.ts';

const JSON_FORMAT: ExportFormat<number> = {
  extension: 'json',
  before: '[\n',
  line: String,
  between: ',\n',
  after: '\n]\n',
};

async function* pagesOf(...pages: { items: number[]; isCutOff?: boolean }[]) {
  for (const { items, isCutOff = false } of pages) yield { items, isCutOff };
}

describe('an export', () => {
  it('is one file of all pages, named by what it holds and when', async () => {
    const file = await writeExport('things', JSON_FORMAT, pagesOf({ items: [1, 2] }, { items: [3] }));
    expect(file).toMatchObject({ rows: 3, isCutOff: false, mediaType: 'application/json' });
    expect(JSON.parse(file.content)).toEqual([1, 2, 3]);
    expect(file.fileName).toMatch(/^things-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.json$/);
  });

  it('of nothing is a file all the same', async () => {
    expect(JSON.parse((await writeExport('things', JSON_FORMAT, pagesOf())).content)).toEqual([]);
  });

  it('says where there is more than it holds', async () => {
    const pages = pagesOf({ items: [1] }, { items: [2], isCutOff: true });
    expect(await writeExport('things', JSON_FORMAT, pages)).toMatchObject({ rows: 2, isCutOff: true });
  });

  it('ends before it is too large, whole', async () => {
    const file = await writeExport('things', JSON_FORMAT, pagesOf({ items: [1, 2, 3, 4] }), 9);
    expect(file).toMatchObject({ rows: 3, isCutOff: true });
    expect(JSON.parse(file.content)).toEqual([1, 2, 3]);
  });
});
