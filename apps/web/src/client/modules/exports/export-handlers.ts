/** What becomes of an export: a file, and one toast that says what is in it. */

import { saveFile, type TextFile } from '../../lib/download.ts';
import { failureOf } from '../../lib/failure.ts';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { notify } from '../../ui/toast.tsx';

interface ExportAnswer extends TextFile {
  readonly rows: number;
  readonly isCutOff: boolean;
}

/** `noun`: what a row is. */
export function exportHandlers(noun: string) {
  return {
    onSuccess: (file: ExportAnswer) => {
      saveFile(file);
      if (file.isCutOff) {
        const title = `The file holds the newest ${formatCount(file.rows)} ${noun}s, and there are more.`;
        notify.info(title, 'Narrow the filter to export the others.');
      } else notify.success(`${formatCountOf(file.rows, noun)} exported.`, file.fileName);
    },
    onError: (error: unknown) => {
      const { message, requestId } = failureOf(error);
      notify.failure(message, requestId === null ? undefined : `Request ${requestId}`);
    },
  };
}
