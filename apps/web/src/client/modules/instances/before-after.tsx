import type { HardwareView } from '@kiloclaw/platform-contract';
import { ArrowRight } from 'lucide-react';
import { cn } from '../../lib/cn.ts';
import { formatGb } from '../../lib/format.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { cpuText, type HardwareChange, memoryText, tierText } from './hardware-changes.ts';

interface BeforeAfterProps {
  before: HardwareView;
  after: HardwareView;
  /** False where a volume is the host's disk: there is no disk to tell of. */
  volumesAreSized: boolean;
  /** Left out where the tier says nothing: of a lent size. */
  withTier?: boolean;
}

/** The hardware now and after a change, side by side; what changes stands out. */
export function BeforeAfter({ before, after, volumesAreSized, withTier = true }: BeforeAfterProps) {
  const rows = [
    ...(withTier ? [['Tier', tierText(before.instanceType), tierText(after.instanceType)] as const] : []),
    ['CPU', cpuText(before.machineSize), cpuText(after.machineSize)] as const,
    ['RAM', memoryText(before.machineSize), memoryText(after.machineSize)] as const,
    ...(volumesAreSized
      ? [['Disk', formatGb(before.volumeSizeGb), formatGb(after.volumeSizeGb)] as const]
      : []),
  ];
  return (
    <div className="overflow-hidden rounded-md border border-border">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Before and after</caption>
        <thead className="bg-surface-sunken text-muted text-xs">
          <tr>
            <th scope="col" className="w-1/4 px-3 py-1.5 font-medium">
              <VisuallyHidden>Hardware</VisuallyHidden>
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Now
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, now, next]) => (
            <tr key={name} className="border-border border-t">
              <th scope="row" className="px-3 py-1.5 font-normal text-muted">
                {name}
              </th>
              <td className="px-3 py-1.5">{now}</td>
              <td className={cn('px-3 py-1.5', now === next ? 'text-muted' : 'font-semibold')}>{next}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same in a line or two: only what has changed. */
export function ChangesLine({ changes }: { changes: readonly HardwareChange[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-sm">
      {changes.map(({ name, before, after }) => (
        <li key={name} className="inline-flex items-center gap-1.5">
          <span className="text-muted">{name}</span>
          {before}
          <ArrowRight aria-hidden="true" className="size-3 text-muted" />
          <VisuallyHidden>to</VisuallyHidden>
          <span className="font-medium">{after}</span>
        </li>
      ))}
    </ul>
  );
}
