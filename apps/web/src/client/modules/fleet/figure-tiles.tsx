import { AppLink } from '../../components/app-link.tsx';
import { formatCount, formatCountOf, formatMachineSize } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import { searchOfFilter } from '../audit/audit-view.ts';
import { type FleetFigures, instancesHref, OPERATION_DAYS, outcomesOf } from './fleet-figures.ts';

const MB_PER_GB = 1_024;

/** What to know at a glance; each leads to the rows behind it. */
export function FigureTiles({ figures }: { figures: FleetFigures }) {
  const { active, byStatus, drifted, overrides, operations } = figures;
  const running = byStatus.find(({ key }) => key === 'running')?.count ?? 0;
  const { succeeded, failed } = outcomesOf(operations);
  const { cpus, memoryGb } = overrides.lent;
  return (
    <ul aria-label="At a glance" className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Tile
        label="Instances"
        value={formatCount(active)}
        note={`${formatCount(running)} running`}
        href={instancesHref({})}
      />
      <Tile
        label="Overrides"
        value={formatCount(overrides.count)}
        note={
          overrides.count === 0
            ? 'Nothing is lent'
            : `${formatMachineSize({ cpus, memory_mb: memoryGb * MB_PER_GB })} lent`
        }
        href={paths.overrides()}
      />
      <Tile
        label="Over 7 days"
        value={formatCount(overrides.longLent)}
        note={overrides.longLent === 1 ? 'Override' : 'Overrides'}
        isUrgent={overrides.longLent > 0}
        href={paths.overrides()}
      />
      <Tile
        label="Drift"
        value={formatCount(drifted)}
        note={drifted === 1 ? 'Instance that differs' : 'Instances that differ'}
        isUrgent={drifted > 0}
        href={instancesHref({ drift: 'any' })}
      />
      <Tile
        label={`Failed in ${OPERATION_DAYS} days`}
        value={formatCount(failed)}
        note={`of ${formatCountOf(succeeded + failed, 'operation')}`}
        isUrgent={failed > 0}
        href={paths.audit(searchOfFilter({ outcome: 'failed' }))}
      />
    </ul>
  );
}

interface TileProps {
  label: string;
  value: string;
  note: string;
  /** Somebody should look at it. */
  isUrgent?: boolean;
  href: string;
}

function Tile({ label, value, note, isUrgent = false, href }: TileProps) {
  return (
    <li className="flex min-w-0 last:max-md:col-span-2">
      <AppLink
        href={href}
        className="flex w-full min-w-0 flex-col rounded-lg border border-border bg-surface-raised px-4 py-3 shadow-raised transition-colors duration-100 hover:border-border-strong"
      >
        <span className="text-muted text-sm">{label}</span>
        <span className="tabular font-semibold text-2xl">{value}</span>
        <span className={isUrgent ? 'text-sm text-warning-text' : 'text-muted text-sm'}>{note}</span>
      </AppLink>
    </li>
  );
}
