import { expect, it, onTestFinished } from 'vitest';
import { openBrowser } from './browser.ts';
import { watchErrors } from './page-errors.ts';
import { serveStatic } from './testing/static-page.ts';
import { openPage } from './view.ts';

const MINUTE_MS = 60_000;

async function errorsOf(body: string, head = ''): Promise<readonly string[]> {
  const served = await serveStatic(body, head);
  onTestFinished(() => served.close());
  const { browser, close } = await openBrowser();
  onTestFinished(close);
  const page = await openPage(browser);
  const errors = watchErrors(page);
  await page.goto(served.url);
  return errors;
}

it(
  'hears of an uncaught error, a refused script and a written one, and not of a refused request',
  async () => {
    expect(await errorsOf('<script>throw new Error("not caught")</script>')).toEqual(['not caught']);
    expect(await errorsOf('<script>console.error("written")</script>')).toEqual(['written']);
    const policy = '<meta http-equiv="content-security-policy" content="script-src \'self\'">';
    expect(await errorsOf('<script>document.title = "inline"</script>', policy)).toEqual([
      expect.stringContaining('Content Security Policy'),
    ]);
    expect(await errorsOf('<script>console.warn("a warning")</script><img src="data:," alt="">')).toEqual([]);
  },
  MINUTE_MS,
);
