/** Every route of the platform API, once: the server mounts them, the client calls them, the tests enumerate them. */
import { z } from 'zod';
import { ProvidersViewSchema, TiersViewSchema } from './catalog-views.ts';
import {
  CheckupFixAnswerSchema,
  CheckupFixBodySchema,
  CheckupPageSchema,
  CheckupQuerySchema,
} from './checkup.ts';
import type { ErrorCode } from './errors.ts';
import {
  DeleteOrphansAnswerSchema,
  DeleteOrphansBodySchema,
  OrphansQuerySchema,
  OrphansViewSchema,
} from './orphans.ts';
import {
  ClearSizeOverrideBodySchema,
  DebugStatusQuerySchema,
  ExtendVolumeBodySchema,
  InstanceQuerySchema,
  InstancesQuerySchema,
  OperationsQuerySchema,
  ProvisionBodySchema,
  RepairBodySchema,
  ReplaceVolumeBodySchema,
  ResizeBodySchema,
  ScrubPersonBodySchema,
  SetSizeOverrideBodySchema,
} from './requests.ts';
import { instanceAction, instanceChange, plannedChange } from './route-builders.ts';
import type { RouteContract } from './route-contract.ts';
import { ResealBodySchema, SealingKeysQuerySchema, SealingPageSchema, WhoamiViewSchema } from './sealing.ts';
import {
  DebugViewSchema,
  InstancePageSchema,
  OperationAnswerSchema,
  OperationPageSchema,
  ScrubPersonAnswerSchema,
  StatusViewSchema,
} from './views.ts';

export const API_BASE = '/api/platform';
export const API_KEY_HEADER = 'x-internal-api-key';
export const REQUEST_ID_HEADER = 'x-request-id';
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
export const BODY_MAX_BYTES = 256 * 1024;

const NoInputSchema = z.strictObject({});

const ORPHAN_ERRORS: readonly ErrorCode[] = [
  'provider_unsupported',
  'provider_error',
  'provider_capacity',
  'provider_timeout',
  'registry_unavailable',
];

export const ROUTES = {
  provision: {
    method: 'POST',
    path: '/provision',
    group: 'Instances',
    summary: 'Make an instance, or update one',
    description:
      'Without `instanceId` a new instance is made; the same `Idempotency-Key` finds it again. With one that exists, its name, image, `env` and `secrets` are updated; a size is changed by `/resize` instead. A user that nobody knows is created.',
    input: ProvisionBodySchema,
    /** The status view, or with 202 the operation: when the wait ran out. */
    output: z.union([StatusViewSchema, OperationAnswerSchema]),
    answers: { 200: StatusViewSchema, 201: StatusViewSchema, 202: OperationAnswerSchema },
    errors: ['use_resize', 'tier_not_offered'],
    scope: 'full',
    namesInstance: true,
  },
  start: instanceAction('/start', { summary: 'Start an instance' }),
  stop: instanceAction('/stop', { summary: 'Stop an instance', description: 'Its volume stays.' }),
  restart: instanceAction('/restart', {
    summary: 'Restart an instance',
    description: 'Its machine comes back with the size that counts now.',
  }),
  destroy: instanceAction('/destroy', {
    summary: 'Destroy an instance and its volume',
    description:
      'Nothing brings its data back. Outranks whatever operation runs; a repeat is a success. The id is never used again.',
  }),
  resize: plannedChange('/resize', ResizeBodySchema, {
    summary: 'Move an instance to a larger tier',
    description:
      'Ends a size override. With `apply: "now"` a running machine is stopped and started; with `manual` it has to be stopped before. With `dryRun` the plan is answered, and nothing happens. Its result: `{previousTier, newTier, previous, current, clearedOverride, needsStart}`.',
    errors: [
      'instance_not_stopped',
      'tier_not_offered',
      'not_an_upgrade',
      'volume_would_shrink',
      'memory_would_shrink',
      'cpu_would_shrink',
    ],
  }),
  extendVolume: plannedChange('/extend-volume', ExtendVolumeBodySchema, {
    summary: 'Extend the volume of an instance',
    description:
      'A volume never shrinks. With `dryRun` the plan is answered, and nothing happens. Its result: `{previousSizeGb, sizeGb, needsRestart}`.',
    errors: ['volume_size_out_of_range', 'volume_not_larger', 'volume_mismatch'],
  }),
  setSizeOverride: plannedChange('/set-size-override', SetSizeOverrideBodySchema, {
    summary: 'Lend an instance a larger size',
    description:
      'What is billed stays. Counts from the next start, or at once with `apply: "now"`. With `dryRun` the plan is answered, and nothing happens. Its result: `{override, previousOverride, effectiveSize, pendingRestart}`.',
    errors: ['override_not_larger', 'preset_not_allowed'],
  }),
  clearSizeOverride: plannedChange('/clear-size-override', ClearSizeOverrideBodySchema, {
    summary: 'Take a lent size back',
    description:
      'Counts from the next start, or at once with `apply: "now"`. With `dryRun` the plan is answered, and nothing happens. Its result: `{clearedOverride, effectiveSize, pendingRestart}`.',
  }),
  repair: instanceChange('/repair', RepairBodySchema, {
    group: 'Instances',
    summary: 'Decide about a finding',
    description:
      'What an admin decides about a drift. Findings and their choices: `volume_not_mounted` with `remount`, `duplicate_machines` with `keep:<machine id>`, `retired_volume` with `delete:<volume id>`.',
  }),
  replaceVolume: instanceChange('/replace-volume', ReplaceVolumeBodySchema, {
    group: 'Instances',
    summary: 'Give an instance a new, empty volume',
    description: 'Where the old one is gone for good (finding `volume_missing`). The data is lost.',
  }),
  status: {
    method: 'GET',
    path: '/status',
    group: 'Instances',
    summary: 'Read an instance as its customer may see it',
    input: InstanceQuerySchema,
    output: StatusViewSchema,
    scope: 'read',
    namesInstance: true,
  },
  debugStatus: {
    method: 'GET',
    path: '/debug-status',
    group: 'Instances',
    summary: 'Read all there is to know of an instance',
    description: 'For admins: it tells of a lent size. With `live=1` the provider is looked at first.',
    input: DebugStatusQuerySchema,
    output: DebugViewSchema,
    scope: 'read',
    namesInstance: true,
  },
  operations: {
    method: 'GET',
    path: '/operations',
    group: 'Operations',
    summary: 'List the operations of an instance, newest first',
    description: 'For admins: it tells of a lent size.',
    input: OperationsQuerySchema,
    output: OperationPageSchema,
    scope: 'read',
    namesInstance: true,
  },
  operation: {
    method: 'GET',
    path: '/operations/:id',
    group: 'Operations',
    summary: 'Read one operation',
    description: 'Always 200, however the operation ended: its `status` and `error` say it.',
    input: InstanceQuerySchema,
    output: OperationAnswerSchema,
    errors: ['operation_not_found'],
    scope: 'read',
    namesInstance: true,
  },
  retryOperation: instanceAction('/operations/:id/retry', {
    group: 'Operations',
    summary: 'Try a stuck operation now',
    description: 'It is tried ever more slowly by itself. One that has ended stays as it is.',
    errors: ['operation_not_found'],
  }),
  instances: {
    method: 'GET',
    path: '/instances',
    group: 'Fleet',
    summary: 'Search the registry of instances',
    description:
      'Filters must all hold. Destroyed instances are shown for `status=destroyed`, or one by its id in `q`. The registry may be behind an instance by moments; `/debug-status` is the instance’s own word.',
    input: InstancesQuerySchema,
    output: InstancePageSchema,
    errors: ['registry_unavailable'],
    scope: 'read',
    namesInstance: false,
  },
  scrubPerson: {
    method: 'POST',
    path: '/scrub-person',
    group: 'Fleet',
    summary: 'Delete a person',
    description:
      'Destroys their instances and takes their words out of everybody else’s. 200 when it is finished; 202 while instances are still being destroyed, or the wait ran out: asked again, it goes on.',
    input: ScrubPersonBodySchema,
    output: ScrubPersonAnswerSchema,
    answers: { 200: ScrubPersonAnswerSchema, 202: ScrubPersonAnswerSchema },
    errors: ['not_found', 'state_invalid', 'registry_unavailable', 'overloaded'],
    scope: 'full',
    namesInstance: false,
  },
  orphans: {
    method: 'GET',
    path: '/orphans',
    group: 'Fleet',
    summary: 'List what lies at a provider without an instance',
    description: 'Also the instances that lack what is theirs there. Changes nothing.',
    input: OrphansQuerySchema,
    output: OrphansViewSchema,
    errors: ORPHAN_ERRORS,
    scope: 'full',
    namesInstance: false,
  },
  deleteOrphans: {
    method: 'POST',
    path: '/orphans/delete',
    group: 'Fleet',
    summary: 'Delete orphans',
    description: 'One by one, each after a new look: 200 with what became of each.',
    input: DeleteOrphansBodySchema,
    output: DeleteOrphansAnswerSchema,
    errors: ORPHAN_ERRORS,
    scope: 'full',
    namesInstance: false,
  },
  checkup: {
    method: 'GET',
    path: '/checkup',
    group: 'Fleet',
    summary: 'Check up on the fleet, page by page',
    description:
      'Walks the registry and asks each instance: its object, its row and, with `live`, its provider are held against each other. Tells findings alone. Changes nothing but what a look does, and what any call does that finds an alarm gone: it sets it.',
    input: CheckupQuerySchema,
    output: CheckupPageSchema,
    errors: ['registry_unavailable'],
    scope: 'read',
    namesInstance: false,
  },
  fixCheckup: {
    method: 'POST',
    path: '/checkup/fix',
    group: 'Fleet',
    summary: 'Put right of an instance what loses nothing',
    description:
      'Its alarm is set, its row written anew, an operation that should run goes on, and an object that lost its record is brought back. What could lose something is left to `/repair`, `/replace-volume` and `/orphans/delete`.',
    input: CheckupFixBodySchema,
    output: CheckupFixAnswerSchema,
    errors: ['registry_unavailable'],
    scope: 'full',
    namesInstance: true,
  },
  whoami: {
    method: 'GET',
    path: '/whoami',
    group: 'Keys',
    summary: 'Read the name and the scope of the key that asks',
    input: NoInputSchema,
    output: WhoamiViewSchema,
    scope: 'read',
    namesInstance: false,
  },
  sealingKeys: {
    method: 'GET',
    path: '/sealing-keys',
    group: 'Keys',
    summary: 'Count which keys seal what instances hold',
    description:
      'A page of the registry at a time, destroyed instances included. Once no page counts a key, and none has a failed instance, the key may be taken out of `KILOCLAW_ENCRYPTION_KEYS`.',
    input: SealingKeysQuerySchema,
    output: SealingPageSchema,
    errors: ['registry_unavailable'],
    scope: 'read',
    namesInstance: false,
  },
  reseal: {
    method: 'POST',
    path: '/reseal',
    group: 'Keys',
    summary: 'Seal by the current key what instances hold',
    description:
      'A page of the registry at a time; go on with its `nextCursor`. No machine is touched. A page that is asked for again does what is left of it.',
    input: ResealBodySchema,
    output: SealingPageSchema,
    errors: ['registry_unavailable'],
    scope: 'full',
    namesInstance: false,
  },
  tiers: {
    method: 'GET',
    path: '/tiers',
    group: 'Catalog',
    summary: 'List tiers and presets',
    input: NoInputSchema,
    output: TiersViewSchema,
    scope: 'read',
    namesInstance: false,
  },
  providers: {
    method: 'GET',
    path: '/providers',
    group: 'Catalog',
    summary: 'List the configured providers',
    input: NoInputSchema,
    output: ProvidersViewSchema,
    scope: 'read',
    namesInstance: false,
  },
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof ROUTES;
export type RouteInput<Name extends RouteName> = z.input<(typeof ROUTES)[Name]['input']>;
export type RouteOutput<Name extends RouteName> = z.output<(typeof ROUTES)[Name]['output']>;
