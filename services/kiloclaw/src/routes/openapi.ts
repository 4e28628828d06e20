/** Without a key: the OpenAPI document of this release. */
import { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { createOpenApiDocument, OPENAPI_PATH } from '../openapi/document.ts';

/** Made with the first request: a Worker starts more often than somebody asks. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const documentText = once(() => JSON.stringify(createOpenApiDocument(), null, 2));

export function openApiRoutes(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  app.get(OPENAPI_PATH, (c) => c.body(documentText(), 200, { 'content-type': 'application/json' }));
  return app;
}
