/** The OpenAPI document, made from the contract's schemas: the same bytes for the same release. */
import { API_KEY_HEADER, ErrorBodySchema, type RouteContract } from '@kiloclaw/platform-contract';
import { type CreateDocumentOptions, createDocument } from 'zod-openapi';
import manifest from '../../package.json' with { type: 'json' };
import { platformPaths } from './platform-paths.ts';
import { METRICS_TOKEN, publicPaths, SERVICE_GROUP } from './public-paths.ts';

export const OPENAPI_PATH = '/openapi.json';
export const DOCS_PATH = '/docs';

export type OpenApiDocument = ReturnType<typeof createDocument>;

const DESCRIPTION = `Makes and runs instances: machines of customers, each with a volume of its own.

- Send a key in \`${API_KEY_HEADER}\`. A missing key and a wrong one get the same 401.
- Unknown fields are refused with 400, and the field is named.
- A change answers its operation: 200 when it has ended well, 202 while it runs, the error’s status when it failed.
- An error has a \`code\`, which is stable, and a \`message\`, which is for people.
- Times are RFC 3339 in UTC. Sizes have their unit in the name.
- A later release may add fields to answers: ignore what you don’t know.`;

const GROUP_WORDS: Readonly<Record<RouteContract['group'] | typeof SERVICE_GROUP, string>> = {
  Instances: 'The life of an instance.',
  Hardware: 'Tiers, lent sizes and volumes. Each change can be asked for its plan first.',
  Operations: 'What is done to an instance, step by step.',
  Fleet: 'Over all instances.',
  Keys: 'The keys of this API, and those of the encryption at rest.',
  Catalog: 'What can be chosen from.',
  [SERVICE_GROUP]: 'Without a key; metrics with a token of their own.',
};

/** A format says what its pattern would repeat, and `integer` what the bounds of a JavaScript number would. */
const withoutNoise: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

const sorted = <Value>(record: Readonly<Record<string, Value>> = {}): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

export function createOpenApiDocument(): OpenApiDocument {
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'KiloClaw platform API',
        version: manifest.version,
        description: DESCRIPTION,
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The control plane that this document comes from.' }],
      security: [{ apiKey: [] }],
      tags: Object.entries(GROUP_WORDS).map(([name, description]) => ({ name, description })),
      paths: { ...platformPaths(), ...publicPaths() },
      components: {
        schemas: { Error: ErrorBodySchema },
        securitySchemes: {
          apiKey: {
            type: 'apiKey',
            in: 'header',
            name: API_KEY_HEADER,
            description: 'A named key with the scope `full` or `read`.',
          },
          [METRICS_TOKEN]: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token of the metrics alone.',
          },
        },
      },
    },
    { override: withoutNoise },
  );
  const { components = {} } = document;
  return { ...document, components: { ...components, schemas: sorted(components.schemas) } };
}
