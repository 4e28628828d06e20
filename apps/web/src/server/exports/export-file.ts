/** A file that an export makes: written line by line, and ended before it is more than a Worker can hold. */

/** A Worker has 128 MB, in which the file stands several times while it is answered. */
export const EXPORT_MAX_CHARS = 24_000_000;

export interface ExportFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: string;
  readonly rows: number;
  /** There is more than the file holds. */
  readonly isCutOff: boolean;
}

interface ExportPage<Row> {
  readonly items: readonly Row[];
  readonly isCutOff: boolean;
}

export interface ExportFormat<Row> {
  readonly extension: 'csv' | 'json';
  readonly before: string;
  readonly line: (row: Row) => string;
  readonly between: string;
  readonly after: string;
}

const MEDIA_TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const;

/** `noun` begins the file's name, which ends in the time: `instances-2026-11-23T16-30-05Z.csv`. */
export async function writeExport<Row>(
  noun: string,
  { extension, before, line, between, after }: ExportFormat<Row>,
  pages: AsyncIterable<ExportPage<Row>>,
  maxChars = EXPORT_MAX_CHARS,
): Promise<ExportFile> {
  const parts: string[] = [];
  let chars = 0;
  let isCutOff = false;
  for await (const page of pages) {
    isCutOff = page.isCutOff;
    for (const row of page.items) {
      const text = line(row);
      chars += text.length + between.length;
      if (chars > maxChars) return file({ isCutOff: true });
      parts.push(text);
    }
  }
  return file({ isCutOff });

  function file(cut: { isCutOff: boolean }): ExportFile {
    const fileName = `${noun}-${fileTime(new Date())}.${extension}`;
    const content = before + parts.join(between) + after;
    return { fileName, mediaType: MEDIA_TYPES[extension], content, rows: parts.length, ...cut };
  }
}

/** Without colons, which not every file system takes. */
function fileTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}
