/** Without a key: the OpenAPI document of this release, for programs and as a page for people. */
import { Hono } from 'hono';
import type { AppContext } from '../http/context.ts';
import { renderDocsPage } from '../openapi/docs-page.ts';
import { createOpenApiDocument, DOCS_PATH, OPENAPI_PATH } from '../openapi/document.ts';

/** Made with the first request: a Worker starts more often than somebody asks. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const documentText = once(() => JSON.stringify(createOpenApiDocument(), null, 2));
const docsPage = once(renderDocsPage);

export function openApiRoutes(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  app.get(OPENAPI_PATH, (c) => c.body(documentText(), 200, { 'content-type': 'application/json' }));
  app.get(DOCS_PATH, async (c) => {
    const { text, contentSecurityPolicy } = await docsPage();
    return c.html(text, 200, {
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
  return app;
}
