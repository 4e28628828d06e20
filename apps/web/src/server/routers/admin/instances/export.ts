/** Instances as CSV: those of a filter, or those chosen. It is on record before a row is read. */
import {
  INSTANCE_CHOICE_MAX,
  type InstanceExportPage,
  instancesById,
  instancesForExport,
  listedInstanceView,
} from '@kiloclaw/db';
import { InstanceIdSchema, type ListedInstance } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { audited } from '../../../audit.ts';
import { type CsvCell, csvLine } from '../../../exports/csv.ts';
import { type ExportFormat, writeExport } from '../../../exports/export-file.ts';
import { factsOfFilter } from '../../../exports/facts-of-filter.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { InstanceFilterSchema } from './filter.ts';

const ExportInput = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('filter'), filter: InstanceFilterSchema }),
  z.strictObject({
    of: z.literal('chosen'),
    instanceIds: z.array(InstanceIdSchema).min(1).max(INSTANCE_CHOICE_MAX),
  }),
]);

export const exportCsv = adminProcedure.input(ExportInput).mutation(({ ctx, input }) => {
  const { db } = ctx.registry;
  const metadata = input.of === 'filter' ? factsOfFilter(input.filter) : { chosen: input.instanceIds.length };
  return audited(ctx, { action: 'export_instances', metadata }, () => {
    const pages = input.of === 'filter' ? instancesForExport(db, input.filter) : chosen(input.instanceIds);
    return writeExport('instances', CSV, pages);
  });

  async function* chosen(ids: readonly string[]): AsyncGenerator<InstanceExportPage> {
    yield { items: await instancesById(db, ids), isCutOff: false };
  }
});

const COLUMNS = {
  instance_id: (view) => view.instanceId,
  name: (view) => view.name,
  owner_id: (view) => view.userId,
  owner_email: (view) => view.userEmail,
  provider: (view) => view.provider,
  region: (view) => view.region,
  status: (view) => view.status,
  instance_type: (view) => view.instanceType ?? 'unknown',
  cpus: (view) => view.machineSize?.cpus ?? null,
  memory_mb: (view) => view.machineSize?.memory_mb ?? null,
  volume_size_gb: (view) => view.volumeSizeGb,
  has_override: (view) => view.sizeOverride !== null || view.sizeOverrideUnreadable,
  override_cpus: (view) => view.sizeOverride?.machineSize.cpus ?? null,
  override_memory_mb: (view) => view.sizeOverride?.machineSize.memory_mb ?? null,
  override_actor_id: (view) => view.sizeOverride?.actorId ?? null,
  override_set_at: (view) => view.sizeOverride?.setAt ?? null,
  override_expires_at: (view) => view.sizeOverride?.expiresAt ?? null,
  override_reason: (view) => view.sizeOverride?.reason ?? null,
  drift: (view) => view.driftKinds.join(' '),
  sandbox_id: (view) => view.sandboxId,
  machine_id: (view) => view.machineId,
  image_tag: (view) => view.imageTag,
  created_at: (view) => view.createdAt,
  updated_at: (view) => view.updatedAt,
  destroyed_at: (view) => view.destroyedAt,
} as const satisfies Record<string, (view: ListedInstance) => CsvCell>;

const CSV: ExportFormat<InstanceExportPage['items'][number]> = {
  extension: 'csv',
  before: csvLine(Object.keys(COLUMNS)),
  line: (row) => {
    const view = listedInstanceView(row);
    return csvLine(Object.values(COLUMNS).map((cellOf) => cellOf(view)));
  },
  between: '',
  after: '',
};
