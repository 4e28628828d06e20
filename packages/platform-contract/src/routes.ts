/** Every route of the platform API, once: the server mounts them, the client calls them, the tests enumerate them. */
import { z } from 'zod';
import {
  DeleteOrphansAnswerSchema,
  DeleteOrphansBodySchema,
  OrphansQuerySchema,
  OrphansViewSchema,
} from './orphans.ts';
import { PlanAnswerSchema } from './plans.ts';
import {
  ClearSizeOverrideBodySchema,
  DebugStatusQuerySchema,
  ExtendVolumeBodySchema,
  InstanceActionBodySchema,
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
import {
  DebugViewSchema,
  InstancePageSchema,
  OperationAnswerSchema,
  OperationPageSchema,
  ProvidersViewSchema,
  ScrubPersonAnswerSchema,
  StatusViewSchema,
  TiersViewSchema,
} from './views.ts';

export const API_BASE = '/api/platform';
export const API_KEY_HEADER = 'x-internal-api-key';
export const REQUEST_ID_HEADER = 'x-request-id';
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
export const BODY_MAX_BYTES = 256 * 1024;

const NoInputSchema = z.strictObject({});

interface RouteContract {
  readonly method: 'GET' | 'POST';
  /** Below `API_BASE`; `:id` is an operation's. */
  readonly path: string;
  /** The JSON body of a POST, the query of a GET. */
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** What the caller's key must be allowed to do. */
  readonly scope: 'read' | 'full';
  /** Whether the route names an instance, and so its owner. */
  readonly namesInstance: boolean;
}

const instanceChange = <Input extends z.ZodType>(path: string, input: Input) =>
  ({
    method: 'POST',
    path,
    input,
    output: OperationAnswerSchema,
    scope: 'full',
    namesInstance: true,
  }) as const satisfies RouteContract;

const instanceAction = (path: string) => instanceChange(path, InstanceActionBodySchema);

/** A change that can be asked for its plan alone, with `dryRun`. */
const plannedChange = <Input extends z.ZodType>(path: string, input: Input) =>
  ({
    ...instanceChange(path, input),
    output: z.union([OperationAnswerSchema, PlanAnswerSchema]),
  }) as const satisfies RouteContract;

export const ROUTES = {
  provision: {
    method: 'POST',
    path: '/provision',
    input: ProvisionBodySchema,
    /** The status view, or with 202 the operation: when the wait ran out. */
    output: z.union([StatusViewSchema, OperationAnswerSchema]),
    scope: 'full',
    namesInstance: true,
  },
  start: instanceAction('/start'),
  stop: instanceAction('/stop'),
  restart: instanceAction('/restart'),
  destroy: instanceAction('/destroy'),
  resize: plannedChange('/resize', ResizeBodySchema),
  extendVolume: plannedChange('/extend-volume', ExtendVolumeBodySchema),
  setSizeOverride: plannedChange('/set-size-override', SetSizeOverrideBodySchema),
  clearSizeOverride: plannedChange('/clear-size-override', ClearSizeOverrideBodySchema),
  repair: instanceChange('/repair', RepairBodySchema),
  replaceVolume: instanceChange('/replace-volume', ReplaceVolumeBodySchema),
  status: {
    method: 'GET',
    path: '/status',
    input: InstanceQuerySchema,
    output: StatusViewSchema,
    scope: 'read',
    namesInstance: true,
  },
  debugStatus: {
    method: 'GET',
    path: '/debug-status',
    input: DebugStatusQuerySchema,
    output: DebugViewSchema,
    scope: 'read',
    namesInstance: true,
  },
  operations: {
    method: 'GET',
    path: '/operations',
    input: OperationsQuerySchema,
    output: OperationPageSchema,
    scope: 'read',
    namesInstance: true,
  },
  operation: {
    method: 'GET',
    path: '/operations/:id',
    input: InstanceQuerySchema,
    output: OperationAnswerSchema,
    scope: 'read',
    namesInstance: true,
  },
  retryOperation: {
    method: 'POST',
    path: '/operations/:id/retry',
    input: InstanceActionBodySchema,
    output: OperationAnswerSchema,
    scope: 'full',
    namesInstance: true,
  },
  instances: {
    method: 'GET',
    path: '/instances',
    input: InstancesQuerySchema,
    output: InstancePageSchema,
    scope: 'read',
    namesInstance: false,
  },
  /** 200 when it is finished; 202 while instances are still being destroyed, or the wait ran out: asked again, it goes on. */
  scrubPerson: {
    method: 'POST',
    path: '/scrub-person',
    input: ScrubPersonBodySchema,
    output: ScrubPersonAnswerSchema,
    scope: 'full',
    namesInstance: false,
  },
  /** What lies at a provider without an instance, and the instances that lack what is theirs. Changes nothing. */
  orphans: {
    method: 'GET',
    path: '/orphans',
    input: OrphansQuerySchema,
    output: OrphansViewSchema,
    scope: 'full',
    namesInstance: false,
  },
  /** Deletes what is named, one by one, each after a new look: 200 with what became of each. */
  deleteOrphans: {
    method: 'POST',
    path: '/orphans/delete',
    input: DeleteOrphansBodySchema,
    output: DeleteOrphansAnswerSchema,
    scope: 'full',
    namesInstance: false,
  },
  tiers: {
    method: 'GET',
    path: '/tiers',
    input: NoInputSchema,
    output: TiersViewSchema,
    scope: 'read',
    namesInstance: false,
  },
  providers: {
    method: 'GET',
    path: '/providers',
    input: NoInputSchema,
    output: ProvidersViewSchema,
    scope: 'read',
    namesInstance: false,
  },
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof ROUTES;
export type RouteInput<Name extends RouteName> = z.input<(typeof ROUTES)[Name]['input']>;
export type RouteOutput<Name extends RouteName> = z.output<(typeof ROUTES)[Name]['output']>;
