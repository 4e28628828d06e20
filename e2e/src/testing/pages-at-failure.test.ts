import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { usePagesAtFailure } from './pages-at-failure.ts';
import { useBrowser } from './use-browser.ts';

const { newPage } = useBrowser();
const { watch, tell } = usePagesAtFailure();

it('tells what the pages show, and what the server refused them', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>The registry is away</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const page = await newPage();
  watch(page);
  await page.goto(`http://127.0.0.1:${port}/people`);
  expect(await tell()).toBe(
    `--- http://127.0.0.1:${port}/people\nrefused: 503 /people\nThe registry is away`,
  );
});

it('tells nothing of pages that are closed', async () => {
  const page = await newPage();
  watch(page);
  await page.close();
  expect(await tell()).toBe('');
});
