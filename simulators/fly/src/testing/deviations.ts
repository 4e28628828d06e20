/**
 * Where requests and answers knowingly leave the machine-readable document, each with its reason. The document is an
 * older and thinner account of the service than its own documentation and behaviour.
 * A test holds that each entry is needed by at least one exchange, so that none outlives its cause.
 */
export interface Deviation {
  name: string;
  reason: string;
  /** Fields that objects of a schema may hold in other shapes than the document's, or at all. */
  fields?: { schema: string; key: string; shape: object }[];
  /** Answers that the document lacks or leaves without a body. */
  answers?: { operation: string; status: number; schema: object }[];
  /** Query parameters that the document lacks or types otherwise; `*` at the end = any that begins so. */
  query?: { operation: string; key: string }[];
}

const MACHINES = '/apps/{app_name}/machines';
const MACHINE = `${MACHINES}/{machine_id}`;
const ERROR = { $ref: '#/components/schemas/ErrorResponse' };
const OK = {
  type: 'object',
  properties: { ok: { const: true } },
  required: ['ok'],
  additionalProperties: false,
};

const LEASE = {
  type: 'object',
  properties: { status: { const: 'success' }, data: { $ref: '#/components/schemas/Lease' } },
  required: ['status', 'data'],
  additionalProperties: false,
};

export const DEVIATIONS: Deviation[] = [
  {
    name: 'error statuses',
    reason: 'the document leaves out most refusals; their statuses and the body are documented in prose',
    answers: [400, 401, 403, 404, 408, 409, 412, 413, 422, 429].map((status) => ({
      operation: '*',
      status,
      schema: ERROR,
    })),
  },
  {
    name: 'name_taken',
    reason: 'a status word of later documents',
    fields: [
      {
        schema: 'ErrorResponse',
        key: 'status',
        shape: { enum: ['unknown', 'insufficient_capacity', 'name_taken'] },
      },
    ],
  },
  {
    name: 'app_name',
    reason: 'the documentation and a published client spell the name of a new app so',
    fields: [{ schema: 'CreateAppRequest', key: 'app_name', shape: { type: 'string' } }],
  },
  {
    name: 'idempotency key',
    reason: 'a field of later documents',
    fields: [{ schema: 'CreateAppRequest', key: 'idempotency_key', shape: { type: 'string' } }],
  },
  {
    name: 'wait for an app',
    reason: 'the vendor’s own client sends it, so that a new app is known before the answer',
    query: [{ operation: 'POST /apps', key: 'wait' }],
  },
  {
    name: 'signal by number',
    reason: 'the command line sends the number of a signal',
    fields: [{ schema: 'SignalRequest', key: 'signal', shape: { type: ['string', 'integer'] } }],
  },
  {
    name: 'created app',
    reason: 'the document gives the 201 no body; the service answers id and creation time',
    answers: [
      {
        operation: 'POST /apps',
        status: 201,
        schema: {
          type: 'object',
          properties: { id: { type: 'string' }, created_at: { type: 'integer' } },
          required: ['id', 'created_at'],
          additionalProperties: false,
        },
      },
    ],
  },
  {
    name: 'ok',
    reason: 'the document gives these answers no body; the service answers {ok:true}',
    answers: [
      { operation: `DELETE ${MACHINE}`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/stop`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/restart`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/suspend`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/cordon`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/uncordon`, status: 200, schema: OK },
      { operation: `POST ${MACHINE}/signal`, status: 200, schema: OK },
      { operation: `DELETE ${MACHINE}/lease`, status: 200, schema: OK },
    ],
  },
  {
    name: 'lease envelope',
    reason: 'the document describes the bare lease; the wire has an envelope around it',
    answers: [
      { operation: `GET ${MACHINE}/lease`, status: 200, schema: LEASE },
      { operation: `POST ${MACHINE}/lease`, status: 201, schema: LEASE },
    ],
  },
  {
    name: 'ttl',
    reason: 'older clients ask for the length of a lease in the query',
    query: [{ operation: `POST ${MACHINE}/lease`, key: 'ttl' }],
  },
  {
    name: 'old version',
    reason: 'documented in prose: a machine as it was in a version',
    query: [{ operation: `GET ${MACHINE}`, key: 'version' }],
  },
  {
    name: 'pages of machines',
    reason: 'later documents cut the list of machines into pages',
    query: ['limit', 'cursor'].map((key) => ({ operation: `GET ${MACHINES}`, key })),
  },
  {
    name: 'start',
    reason: 'the document gives this answer no body; the service tells the state before',
    answers: [
      {
        operation: `POST ${MACHINE}/start`,
        status: 200,
        schema: {
          type: 'object',
          properties: {
            previous_state: { type: 'string' },
            migrated: { type: 'boolean' },
            new_host: { type: 'string' },
          },
          required: ['previous_state', 'migrated', 'new_host'],
          additionalProperties: false,
        },
      },
    ],
  },
  {
    name: 'machine version and cordoned',
    reason: 'fields of later documents; version is the newer name of instance_id',
    fields: [
      { schema: 'Machine', key: 'version', shape: { type: 'string' } },
      { schema: 'Machine', key: 'cordoned', shape: { type: 'boolean' } },
    ],
  },
  {
    name: 'autostop',
    reason: 'off and stop are answered as booleans, suspend as a word',
    fields: [
      {
        schema: 'fly.MachineService',
        key: 'autostop',
        shape: { enum: [true, false, 'off', 'stop', 'suspend'] },
      },
    ],
  },
  {
    name: 'unattached volume',
    reason: 'a volume that nothing mounts has null there; the document knows no null at all',
    fields: ['Volume', 'OrgVolume'].flatMap((schema) =>
      ['attached_machine_id', 'attached_alloc_id'].map((key) => ({
        schema,
        key,
        shape: { type: ['string', 'null'] },
      })),
    ),
  },
  {
    name: 'new snapshot',
    reason: 'the document gives this answer no body; the service wraps the snapshot',
    answers: [
      {
        operation: 'POST /apps/{app_name}/volumes/{volume_id}/snapshots',
        status: 200,
        schema: {
          type: 'object',
          properties: {
            Msg: {
              type: 'object',
              properties: { backup: { $ref: '#/components/schemas/VolumeSnapshot' } },
              required: ['backup'],
              additionalProperties: false,
            },
          },
          required: ['Msg'],
          additionalProperties: false,
        },
      },
    ],
  },
  {
    name: 'removal by null',
    reason: 'a metadata merge removes the keys that are sent as null',
    fields: [
      {
        schema: 'updateMetadataRequest',
        key: 'metadata',
        shape: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
      },
    ],
  },
  {
    name: 'metadata filter',
    reason: 'the filter of machines by tag is documented in prose',
    query: [{ operation: `GET ${MACHINES}`, key: 'metadata.*' }],
  },
  {
    name: 'kill',
    reason: 'the command line and a published client force a destruction by this word',
    query: [{ operation: `DELETE ${MACHINE}`, key: 'kill' }],
  },
  {
    name: 'several states',
    reason: 'a wait takes a comma list of states',
    query: [{ operation: `GET ${MACHINE}/wait`, key: 'state' }],
  },
];

/** Fields that answers must hold: the document marks none as required, which would let an empty object pass. */
export const REQUIRED_FIELDS: Record<string, string[]> = {
  App: ['id', 'name', 'organization', 'status', 'machine_count', 'volume_count'],
  ErrorResponse: ['error'],
  ExtendVolumeResponse: ['needs_restart', 'volume'],
  Lease: ['nonce', 'expires_at', 'owner', 'version'],
  ListAppsResponse: ['apps', 'total_apps'],
  Machine: [
    'id',
    'name',
    'state',
    'region',
    'instance_id',
    'private_ip',
    'image_ref',
    'created_at',
    'updated_at',
  ],
  MachineEvent: ['id', 'type', 'status', 'source', 'timestamp'],
  MachineVersion: ['version', 'user_config'],
  OrgMachine: ['id', 'app_name', 'name', 'state', 'region', 'version', 'updated_at'],
  OrgMachinesResponse: ['machines'],
  OrgVolume: ['id', 'app_name', 'name', 'state', 'size_gb', 'region', 'updated_at'],
  OrgVolumesResponse: ['volumes'],
  ProcessStat: ['pid', 'command'],
  Volume: [
    'id',
    'name',
    'state',
    'size_gb',
    'region',
    'zone',
    'encrypted',
    'fstype',
    'created_at',
    'host_status',
  ],
  VolumeSnapshot: ['id', 'created_at', 'status', 'size', 'volume_size', 'retention_days'],
  WaitMachineResponse: ['ok', 'version', 'state'],
  'main.regionResponse': ['nearest', 'regions'],
  'main.regionRow': ['code', 'name'],
  'flydv1.ExecResponse': ['exit_code', 'exit_signal', 'stdout', 'stderr'],
  'main.getPlacementsResponse': ['regions'],
  'main.memoryResponse': ['limit_mb', 'available_mb'],
  'main.reclaimMemoryResponse': ['actual_mb'],
  'placement.RegionPlacement': ['region', 'count'],
  metadataValueResponse: ['value'],
};
