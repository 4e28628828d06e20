/** The routes of the contract as paths of the OpenAPI document. */
import {
  API_BASE,
  OperationIdSchema,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { responsesOf } from './answers.ts';
import { BODY_EXAMPLES } from './examples.ts';
import { requestHeaders } from './headers.ts';

const SCOPE_WORDS = {
  read: 'Takes a key of either scope.',
  full: 'Takes a key of the scope `full`.',
} as const;

const OperationIdParameter = z.object({
  id: OperationIdSchema.describe('The operation’s id.'),
});

function requestOf(name: RouteName, route: RouteContract): Partial<ZodOpenApiOperationObject> {
  const path = route.path.includes(':id') ? { path: OperationIdParameter } : {};
  if (route.method === 'GET') {
    if (!(route.input instanceof z.ZodObject)) throw new Error(`${name}: a query has to be an object`);
    return { requestParams: { ...path, query: route.input } };
  }
  const example: unknown = BODY_EXAMPLES[name];
  const content = { schema: route.input, ...(example === undefined ? {} : { example }) };
  return { requestParams: path, requestBody: { required: true, content: { 'application/json': content } } };
}

function operationOf(name: RouteName): ZodOpenApiOperationObject {
  const route: RouteContract = ROUTES[name];
  const words = [route.description, SCOPE_WORDS[route.scope]].filter((sentence) => sentence !== undefined);
  return {
    operationId: name,
    tags: [route.group],
    summary: route.summary,
    description: words.join(' '),
    ...requestOf(name, route),
    parameters: requestHeaders(name),
    responses: responsesOf(name),
  };
}

/** Every route of the contract, in its order. */
export function platformPaths(): ZodOpenApiPathsObject {
  const names = Object.keys(ROUTES) as RouteName[];
  return Object.fromEntries(
    names.map((name) => {
      const { method, path } = ROUTES[name];
      const item = { [method.toLowerCase()]: operationOf(name) };
      return [API_BASE + path.replace(':id', '{id}'), item];
    }),
  );
}
