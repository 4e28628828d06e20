/** What is answered without a key, as paths of the OpenAPI document. */
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { HealthSchema, ReadinessSchema } from '../routes/health.ts';
import { errorResponse } from './answers.ts';
import { answerHeaders, anyRequestHeaders } from './headers.ts';

export const SERVICE_GROUP = 'Service';
/** The name of its security scheme. */
export const METRICS_TOKEN = 'metricsToken';

function publicGet(
  operationId: string,
  words: { summary: string; description?: string },
  responses: ZodOpenApiOperationObject['responses'],
): { get: ZodOpenApiOperationObject } {
  const get = { operationId, tags: [SERVICE_GROUP], ...words, security: [], parameters: anyRequestHeaders };
  return { get: { ...get, responses: { ...responses, 500: errorResponse(500, ['internal_error']) } } };
}

const answer = (description: string, type: string, schema: z.ZodType) => ({
  description,
  headers: answerHeaders,
  content: { [type]: { schema } },
});

export function publicPaths(): ZodOpenApiPathsObject {
  return {
    '/healthz': publicGet(
      'health',
      { summary: 'Whether the control plane is alive' },
      { 200: answer('It is.', 'application/json', HealthSchema) },
    ),
    '/readyz': publicGet(
      'readiness',
      {
        summary: 'Whether the control plane can work',
        description:
          'Decided by object storage alone: instances are run without Postgres, only their audit and search wait for it.',
      },
      {
        200: answer('It can; Postgres may be away.', 'application/json', ReadinessSchema),
        503: answer('Object storage does not answer.', 'application/json', ReadinessSchema),
      },
    ),
    '/metrics': {
      get: {
        ...publicGet(
          'metrics',
          {
            summary: 'Metrics as Prometheus reads them',
            description: `As \`Authorization: Bearer\` it takes a token of its own. Not there where none is configured, nor where the control plane runs in many isolates.`,
          },
          {
            200: answer('Prometheus’ text format.', 'text/plain', z.string()),
            401: errorResponse(401, ['unauthorized']),
            404: errorResponse(404, ['not_found']),
          },
        ).get,
        security: [{ [METRICS_TOKEN]: [] }],
      },
    },
    '/openapi.json': publicGet(
      'openapi',
      { summary: 'This document' },
      { 200: answer('OpenAPI 3.1.', 'application/json', z.record(z.string(), z.unknown())) },
    ),
    '/docs': publicGet(
      'docs',
      { summary: 'This document as a page' },
      { 200: answer('For people.', 'text/html', z.string()) },
    ),
  };
}
