/** Stands between a client and a simulator and keeps what went over the wire. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ExchangeRecord } from './openapi.ts';

export interface RecordingProxy {
  /** Base for the client, without `/v1`. */
  url: string;
  records: ExchangeRecord[];
  close(): Promise<void>;
}

async function forward(base: string, request: IncomingMessage): Promise<ExchangeRecord> {
  const { method = 'GET', url = '/' } = request;
  const bodyText = await text(request);
  const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
  const init = bodyText === '' ? { method, headers } : { method, headers, body: bodyText };
  const response = await fetch(base + url, init);
  return {
    method,
    path: url.slice('/v1'.length),
    requestBody: bodyText === '' ? undefined : JSON.parse(bodyText),
    isWrong: response.status >= 400,
    status: response.status,
    contentType: response.headers.get('content-type'),
    answerText: await response.text(),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Starts one on a free port of loopback. */
export async function startRecordingProxy(base: string): Promise<RecordingProxy> {
  const records: ExchangeRecord[] = [];
  const server = createServer(async (request, response) => {
    try {
      const record = await forward(base, request);
      records.push(record);
      response.writeHead(record.status, { 'content-type': record.contentType ?? 'text/plain' });
      response.end(record.answerText);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return { url: `http://127.0.0.1:${address.port}`, records, close: () => close(server) };
}
