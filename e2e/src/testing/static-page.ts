/** A little page on a server of its own, for the tests of the helpers. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface StaticPage {
  readonly url: string;
  close(): Promise<void>;
}

const documentOf = (body: string, head: string) =>
  `<!doctype html><html lang="en"><head><title>Static</title><meta name="viewport" content="width=device-width"><style>:root { color-scheme: light dark; background: Canvas }</style>${head}</head><body><main>${body}</main></body></html>`;

/** Serves the body, with a head that follows the browser's theme, at every path. */
export async function serveStatic(body: string, head = ''): Promise<StaticPage> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(documentOf(body, head));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
