/** One breach of a house rule. `file` is relative to the repository's root, with `/`. */
export interface Finding {
  file: string;
  line?: number;
  message: string;
}

/** `file:line message`, the form that editors and terminals make clickable. */
export function formatFinding({ file, line, message }: Finding): string {
  return `${file}${line === undefined ? '' : `:${line}`} ${message}`;
}
