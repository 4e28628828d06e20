/**
 * What the facts file leaves out of bodies and answers, or writes shorter than its sources do, each with where it is
 * from. A test holds that each entry is needed by at least one exchange, so that none outlives its cause.
 */
import {
  CHANGED_PROJECT,
  CHANGED_SERVICE,
  CREATE_SERVICE,
  DEPLOYMENT_OPTIONS,
  DOCKER,
  EXTERNAL,
  LISTED,
  MOUNT,
  PROJECT,
  SECRET,
  SECRET_OPTIONS,
  SECRET_TYPE,
  SERVICE,
  SHOWN_DEPLOYMENT,
  VOLUME,
  WORKLOAD,
} from './published-objects.ts';
import type { Schema } from './shape.ts';
import { ANY_OBJECT, INTEGER, list, NOTHING, named, object, TEXT } from './shape-words.ts';

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
