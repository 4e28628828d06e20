/** A file out of an answer: saved as the browser saves files. */

export interface TextFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: string;
}

/** After this the browser has taken it: Safari reads it some moments after the click. */
const RELEASE_AFTER_MS = 60_000;

export function saveFile({ fileName, mediaType, content }: TextFile): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), RELEASE_AFTER_MS);
}
