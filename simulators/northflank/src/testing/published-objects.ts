/** The objects of the API as its published client and reference have them: what goes in, and what is shown. */
import type { Schema } from './shape.ts';
import { ANY_OBJECT, FLAG, from, INTEGER, list, named, object, TEXT, TIME } from './shape-words.ts';

const NF_OBJECT = object({ id: named('object_id'), type: { enum: ['service', 'job'] } });
const CLUSTER = object({ id: TEXT, name: TEXT }, { namespace: TEXT, loadBalancers: list(TEXT) });

export const VOLUME = object({
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

export const MOUNT = object(
  { containerMountPath: { type: 'string', pattern: '^/[^:]*$' } },
  { volumeMountPath: TEXT },
);

export const CHANGED_PROJECT = object(
  { id: TEXT, name: TEXT, color: TEXT, region: TEXT, createdAt: TIME, updatedAt: TIME },
  { description: TEXT },
);

export const PROJECT = object(
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

export const DOCKER = object(
  { configType: { enum: ['default', 'customEntrypoint', 'customCommand', 'customEntrypointCustomCommand'] } },
  { customEntrypoint: TEXT, customCommand: TEXT },
);
const STORAGE = object({}, { ephemeralStorage: object({}, { storageSize: from(1024) }), shmSize: from(64) });
const STRATEGY = object({}, { type: named('strategy'), settings: ANY_OBJECT });
const IMAGE = { type: 'string', pattern: '^(https?://)?[a-zA-Z0-9./_-]+[:@][a-zA-Z0-9./:_-]+$' };
export const EXTERNAL = object({ imagePath: IMAGE }, { credentials: named('object_id') });
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

export const WORKLOAD = {
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

export const DEPLOYMENT_OPTIONS = {
  type: { enum: ['deployment', 'statefulSet'] },
  docker: DOCKER,
  storage: STORAGE,
  strategy: STRATEGY,
  gracePeriodSeconds: from(15, 600),
  metadata: ANY_OBJECT,
};

export const CREATE_SERVICE = object(
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

export const LISTED = {
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

export const SHOWN_DEPLOYMENT = {
  region: TEXT,
  instances: INTEGER,
  docker: DOCKER,
  storage: STORAGE,
  external: SHOWN_IMAGE,
};

export const SERVICE = object(
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

export const CHANGED_SERVICE = object(
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
export const SECRET_TYPE = { enum: ['environment-arguments', 'environment', 'arguments'] };
export const SECRET_OPTIONS = {
  description: named('description'),
  tags: list(named('tag')),
  restrictions: RESTRICTIONS,
  secrets: object({}, { variables: ANY_OBJECT, files: ANY_OBJECT }),
};
export const SECRET = {
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
