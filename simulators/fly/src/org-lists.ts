import { z } from 'zod';
import type { AppDocument, MachineRecord, VolumeRecord } from './documents.ts';
import { invalidArgument } from './errors.ts';
import { commaList } from './machine-reads.ts';
import { machineSummary } from './machine-view.ts';
import { pageOf } from './pages.ts';
import { type Call, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';
import { volumeView } from './volumes.ts';

const instantSchema = z.iso.datetime({ offset: true });

interface Item<Kind> {
  id: string;
  app: string;
  record: Kind;
  updatedAtMs: number;
}

interface Listed {
  id: string;
  region: string;
  state: string;
  createdAtMs: number;
  updatedAtMs: number;
}

// Oldest change first, so that who lists again by `updated_after` goes on where they were.
function itemsOf<Kind extends Listed>(
  sim: Simulation,
  call: Call,
  recordsOf: (document: Readonly<AppDocument>) => readonly Kind[],
  goneState: string,
): Item<Kind>[] {
  if (sim.settings().emptyLists) return [];
  const regions = commaList(call.query.get('region'));
  const states = commaList(call.query.get('state'));
  const includeDeleted = queryFlag(call, 'include_deleted');
  const afterMs = updatedAfterMs(call);
  return documentsOf(sim, pathParam(call, 'org'))
    .flatMap((document) =>
      recordsOf(document).map((record) => ({
        id: record.id,
        app: document.app.name,
        record,
        updatedAtMs: Math.max(record.updatedAtMs, record.createdAtMs),
      })),
    )
    .filter(
      ({ record, updatedAtMs }) =>
        (record.state !== goneState || includeDeleted) &&
        (regions?.includes(record.region) ?? true) &&
        (states?.includes(record.state) ?? true) &&
        updatedAtMs > afterMs,
    )
    .sort((a, b) => a.updatedAtMs - b.updatedAtMs || a.id.localeCompare(b.id));
}

function documentsOf(sim: Simulation, orgSlug: string): Readonly<AppDocument>[] {
  return sim.store
    .appNames()
    .map((name) => sim.store.find(name, { lagging: true }))
    .filter((document) => document !== null)
    .filter(({ app }) => app.orgSlug === orgSlug && !app.isForeign);
}

function updatedAfterMs(call: Call): number {
  const text = call.query.get('updated_after') ?? '';
  if (text === '') return Number.NEGATIVE_INFINITY;
  if (!instantSchema.safeParse(text).success) throw invalidArgument('updated_after must be an RFC 3339 time');
  return Date.parse(text);
}

function answer<Kind>(
  sim: Simulation,
  call: Call,
  items: Item<Kind>[],
  { key, lastKey, view }: { key: string; lastKey: string; view: (item: Item<Kind>) => unknown },
): Reply {
  const page = pageOf(sim, call, items);
  const last = page.items.at(-1);
  return {
    status: 200,
    body: {
      [key]: page.items.map(view),
      ...(last && { [lastKey]: last.id, last_updated_at: new Date(last.updatedAtMs).toISOString() }),
      ...(page.nextCursor !== null && { next_cursor: page.nextCursor }),
    },
  };
}

/** GET /v1/orgs/{org}/machines: over all apps, lagging as other reads do. */
export function listOrgMachines(sim: Simulation, call: Call): Reply {
  const items = itemsOf<MachineRecord>(sim, call, ({ machines }) => machines, 'destroyed');
  const view = ({ app, record }: Item<MachineRecord>) => {
    const { image_ref: _imageRef, ...summary } = machineSummary(record);
    const { guest, image, metadata } = record.config;
    const config = { guest, image, metadata };
    return { app_name: app, ...summary, ...(queryFlag(call, 'summary') ? {} : { config }) };
  };
  return answer(sim, call, items, { key: 'machines', lastKey: 'last_machine_id', view });
}

/** GET /v1/orgs/{org}/volumes */
export function listOrgVolumes(sim: Simulation, call: Call): Reply {
  const items = itemsOf<VolumeRecord>(sim, call, ({ volumes }) => volumes, 'pending_destroy');
  const view = ({ app, record, updatedAtMs }: Item<VolumeRecord>) => ({
    app_name: app,
    ...volumeView(record),
    updated_at: new Date(updatedAtMs).toISOString(),
  });
  return answer(sim, call, items, { key: 'volumes', lastKey: 'last_volume_id', view });
}
