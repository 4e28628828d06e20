import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { exportHandlers } from '../exports/export-handlers.ts';
import type { AuditFilter } from './audit-view.ts';

const FORMATS = [
  { format: 'csv', label: 'Export CSV' },
  { format: 'json', label: 'Export JSON' },
] as const;

/** Everything that the page's filter finds, as a file. */
export function AuditExport({ filter }: { filter: AuditFilter }) {
  const file = useMutation(useTRPC().admin.audit.export.mutationOptions(exportHandlers('row')));
  return FORMATS.map(({ format, label }) => (
    <Button
      key={format}
      icon={<Download aria-hidden="true" />}
      loading={file.isPending && file.variables.format === format}
      disabledReason={
        file.isPending && file.variables.format !== format ? 'Another export is under way' : undefined
      }
      onClick={() => file.mutate({ filter, format })}
    >
      {label}
    </Button>
  ));
}
