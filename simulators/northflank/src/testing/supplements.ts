/**
 * What the facts file leaves out of bodies and answers, or writes shorter than its sources do, each with where it is
 * from. A test holds that each entry is needed by at least one exchange, so that none outlives its cause.
 */
import type { Schema } from './shape.ts';

export interface Supplement {
  operation: string;
  source: 'types of the published client' | 'published reference' | 'facts of another operation';
  /** Instead of the file's body. */
  request?: Schema;
  /** Instead of the file's data. */
  data?: Schema;
  /** Query parameters besides those of pages. */
  query?: Record<string, Schema>;
}

const TEXT: Schema = { type: 'string' };
const INTEGER: Schema = { type: 'integer' };
const from = (minimum: number, maximum?: number): Schema => ({ type: 'integer', minimum, maximum });
const FLAG: Schema = { type: 'boolean' };
const ANY_OBJECT: Schema = { type: 'object' };
const NOTHING: Schema = { type: 'object', additionalProperties: false };
const TIME: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' };
const list = (items: Schema): Schema => ({ type: 'array', items });

function object(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** References into the facts file: patterns of names, and lists of words. */
const named = (kind: string): Schema => ({ $ref: `#/definitions/${kind}` });

const NF_OBJECT = object({ id: named('object_id'), type: { enum: ['service', 'job'] } });
const CLUSTER = object({ id: TEXT, name: TEXT }, { namespace: TEXT, loadBalancers: list(TEXT) });

const VOLUME = object({
  id: TEXT,
  name: TEXT,
  tags: list(TEXT),
  spec: object({
    accessMode: { enum: ['ReadWriteOnce', 'ReadWriteMany'] },
    storageClassName: TEXT,
    storageSize: INTEGER,
  }),
  attachedObjects: list(NF_OBJECT),
  status: TEXT,
  createdAt: TIME,
  updatedAt: TIME,
});

const MOUNT = object(
  { containerMountPath: { type: 'string', pattern: '^/[^:]*$' } },
  { volumeMountPath: TEXT },
);

const CHANGED_PROJECT = object(
  { id: TEXT, name: TEXT, color: TEXT, region: TEXT, createdAt: TIME, updatedAt: TIME },
  { description: TEXT },
);

const PROJECT = object(
  {
    id: TEXT,
    name: TEXT,
    deployment: object({ region: TEXT }),
    createdAt: TIME,
    services: list(
      object(
        { id: TEXT, appId: TEXT, name: TEXT, serviceType: named('service_type') },
        { description: TEXT },
      ),
    ),
    jobs: { type: 'array', maxItems: 0 },
    addons: { type: 'array', maxItems: 0 },
    cluster: CLUSTER,
  },
  { description: TEXT },
);

const DOCKER = object(
  { configType: { enum: ['default', 'customEntrypoint', 'customCommand', 'customEntrypointCustomCommand'] } },
  { customEntrypoint: TEXT, customCommand: TEXT },
);
const STORAGE = object({}, { ephemeralStorage: object({}, { storageSize: from(1024) }), shmSize: from(64) });
const STRATEGY = object({}, { type: named('strategy'), settings: ANY_OBJECT });
const IMAGE = { type: 'string', pattern: '^(https?://)?[a-zA-Z0-9./_-]+[:@][a-zA-Z0-9./:_-]+$' };
const EXTERNAL = object({ imagePath: IMAGE }, { credentials: named('object_id') });
const PORT = object(
  {
    name: named('port_name'),
    internalPort: from(1, 65_535),
    protocol: named('port_protocol'),
  },
  { public: FLAG },
);
const HEALTH_CHECK = object(
  {
    protocol: named('health_check_protocol'),
    type: { enum: ['livenessProbe', 'readinessProbe', 'startupProbe'] },
    initialDelaySeconds: from(1, 180),
    periodSeconds: from(10, 600),
    timeoutSeconds: from(1, 60),
    failureThreshold: from(1, 255),
  },
  { path: TEXT, cmd: TEXT, port: INTEGER, successThreshold: from(1, 255) },
);
const ENVIRONMENT: Schema = { type: 'object', additionalProperties: TEXT };

const WORKLOAD = {
  description: named('description'),
  tags: list(named('tag')),
  ports: list(PORT),
  runtimeEnvironment: ENVIRONMENT,
  runtimeFiles: ANY_OBJECT,
  healthChecks: list(HEALTH_CHECK),
  infrastructure: ANY_OBJECT,
  loadBalancing: ANY_OBJECT,
  autoscaling: ANY_OBJECT,
};

const DEPLOYMENT_OPTIONS = {
  type: { enum: ['deployment', 'statefulSet'] },
  docker: DOCKER,
  storage: STORAGE,
  strategy: STRATEGY,
  gracePeriodSeconds: from(15, 600),
  metadata: ANY_OBJECT,
};

const CREATE_SERVICE = object(
  {
    name: named('service_name'),
    billing: object({ deploymentPlan: named('tag') }),
    deployment: object({ instances: INTEGER, external: EXTERNAL }, DEPLOYMENT_OPTIONS),
  },
  {
    ...WORKLOAD,
    createOptions: object({}, { volumesToAttach: list(named('object_id')), expiryTime: INTEGER }),
  },
);

const STATUS = object({
  deployment: object({
    status: named('deployment_status'),
    reason: named('deployment_reason'),
    lastTransitionTime: TIME,
  }),
});

const LISTED = {
  id: TEXT,
  appId: TEXT,
  projectId: TEXT,
  name: TEXT,
  tags: list(TEXT),
  serviceType: named('service_type'),
  disabledCI: FLAG,
  disabledCD: FLAG,
  status: STATUS,
};

const SHOWN_PORT = object(
  {
    id: TEXT,
    name: TEXT,
    internalPort: INTEGER,
    protocol: named('port_protocol'),
    public: FLAG,
    domains: { type: 'array', maxItems: 0 },
  },
  { dns: { type: 'string', pattern: '^[a-z0-9-]+--[a-z0-9-]+--[a-z0-9-]+--[a-z0-9-]+\\.code\\.run$' } },
);

const SHOWN_IMAGE = object({
  imagePath: TEXT,
  registryProvider: {
    enum: ['acr', 'ecr', 'gar', 'dockerhub', 'dhi', 'github', 'gitlab', 'custom', 'legacy'],
  },
  privateImage: FLAG,
});

const SHOWN_DEPLOYMENT = {
  region: TEXT,
  instances: INTEGER,
  docker: DOCKER,
  storage: STORAGE,
  external: SHOWN_IMAGE,
};

const SERVICE = object(
  {
    ...LISTED,
    createdAt: TIME,
    billing: object({ deploymentPlan: TEXT }),
    servicePaused: FLAG,
    deployment: object(
      { ...SHOWN_DEPLOYMENT, imageUrl: TEXT, gracePeriodSeconds: INTEGER },
      { strategy: STRATEGY, metadata: ANY_OBJECT },
    ),
    ports: list(SHOWN_PORT),
    cluster: CLUSTER,
  },
  { description: TEXT, autoscaling: ANY_OBJECT, loadBalancing: ANY_OBJECT },
);

const { ports: _ports, ...UNSHOWN } = WORKLOAD;

const CHANGED_SERVICE = object(
  {
    id: TEXT,
    appId: TEXT,
    name: TEXT,
    tags: list(TEXT),
    serviceType: { const: 'deployment' },
    billing: object({ deploymentPlan: TEXT }),
    deployment: object({ instances: INTEGER, external: EXTERNAL, imageUrl: TEXT }, DEPLOYMENT_OPTIONS),
    ports: list(SHOWN_PORT),
    cluster: CLUSTER,
    createdAt: TIME,
    updatedAt: TIME,
    status: STATUS,
  },
  { ...UNSHOWN },
);

const RESTRICTIONS = object({}, { restricted: FLAG, nfObjects: list(NF_OBJECT), tags: list(TEXT) });
const SECRET_TYPE = { enum: ['environment-arguments', 'environment', 'arguments'] };
const SECRET_OPTIONS = {
  description: named('description'),
  tags: list(named('tag')),
  restrictions: RESTRICTIONS,
  secrets: object({}, { variables: ANY_OBJECT, files: ANY_OBJECT }),
};
const SECRET = {
  id: TEXT,
  name: TEXT,
  tags: list(TEXT),
  type: { enum: ['secret', 'config'] },
  secretType: SECRET_TYPE,
  priority: INTEGER,
  restrictions: RESTRICTIONS,
  createdAt: TIME,
  updatedAt: TIME,
};

const TYPES = 'types of the published client';
const REFERENCE = 'published reference';
const OTHER = 'facts of another operation';
const PROJECT_BODY = object(
  { name: named('project_name') },
  {
    description: named('description'),
    color: { type: 'string', pattern: '^#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$' },
    region: TEXT,
    clusterId: TEXT,
  },
);
const CHILDREN = { delete_child_objects: { enum: ['true', 'false'] } };

const P = '/projects/{projectId}';
const V = `${P}/volumes`;
const S = `${P}/services`;
const ONE = `${S}/{serviceId}`;

export const SUPPLEMENTS: Supplement[] = [
  {
    operation: 'GET /regions',
    source: TYPES,
    data: object({
      regions: list(
        object({
          id: TEXT,
          name: TEXT,
          regionName: TEXT,
          provider: object({ id: TEXT, region: TEXT }),
          gpuDevices: { type: 'array', maxItems: 0 },
        }),
      ),
    }),
  },
  {
    operation: 'GET /projects',
    source: TYPES,
    data: object({ projects: list(object({ id: TEXT, name: TEXT }, { description: TEXT })) }),
  },
  { operation: 'POST /projects', source: TYPES, request: PROJECT_BODY, data: CHANGED_PROJECT },
  { operation: 'PUT /projects', source: OTHER, request: PROJECT_BODY, data: CHANGED_PROJECT },
  { operation: `GET ${P}`, source: TYPES, data: PROJECT },
  {
    operation: `PATCH ${P}`,
    source: TYPES,
    request: object({}, { description: named('description'), color: TEXT }),
    data: CHANGED_PROJECT,
  },
  { operation: `DELETE ${P}`, source: TYPES, query: CHILDREN, data: NOTHING },
  { operation: `GET ${V}`, source: OTHER, data: list(VOLUME) },
  { operation: `POST ${V}`, source: TYPES, data: VOLUME },
  { operation: `GET ${V}/{volumeId}`, source: OTHER, data: VOLUME },
  {
    operation: `POST ${V}/{volumeId}`,
    source: OTHER,
    request: object({}, { mounts: list(MOUNT), spec: object({}, { storageSize: INTEGER }) }),
  },
  {
    operation: `GET ${S}`,
    source: TYPES,
    data: object({ services: list(object(LISTED, { description: TEXT })) }),
  },
  { operation: `POST ${S}/deployment`, source: REFERENCE, request: CREATE_SERVICE, data: CHANGED_SERVICE },
  { operation: `PUT ${S}/deployment`, source: OTHER, request: CREATE_SERVICE, data: CHANGED_SERVICE },
  {
    operation: `PATCH ${S}/deployment/{serviceId}`,
    source: TYPES,
    request: object(
      {},
      {
        ...WORKLOAD,
        billing: object({}, { deploymentPlan: named('tag') }),
        deployment: object({ instances: INTEGER }, { external: EXTERNAL, ...DEPLOYMENT_OPTIONS }),
      },
    ),
    data: CHANGED_SERVICE,
  },
  { operation: `GET ${ONE}`, source: TYPES, data: SERVICE },
  { operation: `GET ${ONE}/deployment`, source: TYPES, data: object(SHOWN_DEPLOYMENT) },
  {
    operation: `POST ${ONE}/deployment`,
    source: TYPES,
    request: object({ external: EXTERNAL }, { docker: DOCKER }),
    data: NOTHING,
  },
  {
    operation: `POST ${P}/secrets`,
    source: TYPES,
    request: object(
      { name: named('project_name'), secretType: SECRET_TYPE, priority: INTEGER },
      { type: { enum: ['secret', 'config'] }, ...SECRET_OPTIONS },
    ),
    data: object(SECRET, { description: TEXT }),
  },
  {
    operation: `PATCH ${P}/secrets/{secretId}`,
    source: TYPES,
    request: object({}, { secretType: SECRET_TYPE, priority: INTEGER, ...SECRET_OPTIONS }),
    data: object(SECRET, { description: TEXT }),
  },
  {
    operation: `GET ${P}/secrets/{secretId}/details`,
    source: TYPES,
    data: object(
      { ...SECRET, projectId: TEXT, secrets: ANY_OBJECT, addonSecrets: { type: 'array', maxItems: 0 } },
      { description: TEXT },
    ),
  },
];
