/** What a route answers, status by status. */
import {
  ERROR_MEANINGS,
  ERROR_STATUS,
  type ErrorCode,
  errorCodesOf,
  ROUTES,
  type RouteContract,
  type RouteName,
} from '@kiloclaw/platform-contract';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import { answerHeaders, rateLimitedHeaders } from './headers.ts';

const SUCCESS_WORDS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'A new instance was made.',
  202: 'Still under way when the wait ran out: it goes on.',
};

type Responses = Record<`${1 | 2 | 3 | 4 | 5}${string}`, NonNullable<ZodOpenApiResponsesObject['default']>>;

function successes(route: RouteContract): Responses {
  const answers: Readonly<Record<string, RouteContract['output']>> = route.answers ?? { 200: route.output };
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: route.method === 'GET' ? 'As it is now.' : (SUCCESS_WORDS[Number(status)] ?? ''),
        headers: answerHeaders,
        content: { 'application/json': { schema } },
      },
    ]),
  );
}

/** An error answer with the codes that it may have: a list for people, an enum for machines. */
export function errorResponse(status: number, codes: readonly ErrorCode[]) {
  const sorted = codes.toSorted();
  return {
    description: sorted.map((code) => `- \`${code}\`: ${ERROR_MEANINGS[code]}`).join('\n'),
    headers: status === 429 ? rateLimitedHeaders : answerHeaders,
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            { properties: { error: { properties: { code: { type: 'string' as const, enum: sorted } } } } },
          ],
        },
      },
    },
  };
}

function refusals(codes: readonly ErrorCode[]): Responses {
  const byStatus = Object.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [status, errorResponse(Number(status), group)]),
  );
}

export function responsesOf(name: RouteName): ZodOpenApiResponsesObject {
  return { ...successes(ROUTES[name]), ...refusals(errorCodesOf(name)) };
}
