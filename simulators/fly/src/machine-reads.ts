import { notFound } from './errors.ts';
import { metadataOf, requireMachine } from './machine-lookup.ts';
import { machineSummary, machineView } from './machine-view.ts';
import { pageOf } from './pages.ts';
import { type Call, pathParam, queryFlag, type Reply, type Simulation } from './route.ts';

const METADATA_FILTER_PREFIX = 'metadata.';

/** GET /v1/apps/{app}/machines: a bare array; every filter that is given must hold. */
export function listMachines(sim: Simulation, call: Call): Reply {
  const { machines } = sim.store.glimpse(pathParam(call, 'app'));
  const regions = commaList(call.query.get('region'));
  const states = commaList(call.query.get('state'));
  const includeDeleted = queryFlag(call, 'include_deleted');
  const wanted = [...call.query].filter(([key]) => key.startsWith(METADATA_FILTER_PREFIX));
  const matching = machines.filter((machine) => {
    if (machine.state === 'destroyed' && !includeDeleted) return false;
    if (regions && !regions.includes(machine.region)) return false;
    if (states && !states.includes(machine.state)) return false;
    const metadata = metadataOf(machine);
    return wanted.every(([key, value]) => metadata[key.slice(METADATA_FILTER_PREFIX.length)] === value);
  });
  if (sim.settings().emptyLists) return { status: 200, body: [] };
  const page = pageOf(sim, call, matching);
  return {
    status: 200,
    body: page.items.map(queryFlag(call, 'summary') ? machineSummary : machineView),
    ...(page.nextCursor !== null && { headers: { 'fly-next-cursor': page.nextCursor } }),
  };
}

/** The words of a comma list in the query; null = not given. */
export function commaList(value: string | null): string[] | null {
  return value === null || value === '' ? null : value.split(',').map((part) => part.trim());
}

/** GET /v1/apps/{app}/machines/{machine}: with `?version=`, as it was then, its state `replaced`. */
export function getMachine(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.glimpse(pathParam(call, 'app')), pathParam(call, 'machine'));
  const version = call.query.get('version') ?? '';
  if (version === '' || version === machine.instanceId) return { status: 200, body: machineView(machine) };
  const past = machine.pastConfigs.find((candidate) => candidate.version === version);
  if (past === undefined) throw notFound('machine version not found');
  const replaced = { ...machine, state: 'replaced', instanceId: version, config: past.config };
  return { status: 200, body: machineView(replaced) };
}

/** GET .../versions: newest first. */
export function listVersions(sim: Simulation, call: Call): Reply {
  const machine = requireMachine(sim.store.glimpse(pathParam(call, 'app')), pathParam(call, 'machine'));
  const versions = [...machine.pastConfigs, { version: machine.instanceId, config: machine.config }];
  return {
    status: 200,
    body: versions.reverse().map(({ version, config }) => ({ version, user_config: config })),
  };
}
