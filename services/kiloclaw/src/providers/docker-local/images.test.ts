import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Provider } from '../provider.ts';
import { PullMeter } from './pull-progress.ts';
import {
  errorOf,
  lost,
  message,
  progress,
  type Reply,
  reply,
  SPEC,
  setUp,
  TAGS,
} from './testing/canned-engine.ts';

const PULL = 'POST /images/create';
const INSPECT = `GET /images/${encodeURIComponent(SPEC.image)}/json`;
const absent = message(404, `No such image: ${SPEC.image}`);
const here = reply(200, { Id: 'sha256:1' });

/** As an instance of its own: pulls under way are known by instance. */
const newTags = () => ({ ...TAGS, instanceId: randomUUID() });

async function untilReady(provider: Provider, image: string = SPEC.image) {
  const tags = newTags();
  const percents: number[] = [];
  for (let look = 0; look < 100; look += 1) {
    const seen = await provider.ensureImage(tags, {}, image);
    if (seen.ready) return percents;
    percents.push(seen.percent);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('the image does not get ready');
}

it('asks nothing but whether an image is there that is there', async () => {
  const { provider, asked } = setUp({ [INSPECT]: [here] });
  expect(await provider.ensureImage(newTags(), {}, SPEC.image)).toEqual({ ready: true });
  expect(asked).toEqual(['GET /version', INSPECT]);
});

it('pulls a missing image once, and tells how far it is until it is there', async () => {
  let finish = () => {};
  const encode = (line: object) => new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  const slow: Reply = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(encode({ id: 'v1', status: 'Pulling from team/app' }));
          for (const id of ['a', 'b']) controller.enqueue(encode({ id, status: 'Pulling fs layer' }));
          controller.enqueue(encode({ id: 'a', status: 'Download complete' }));
          controller.enqueue(
            encode({ id: 'b', status: 'Downloading', progressDetail: { current: 1, total: 2 } }),
          );
          finish = () => controller.close();
        },
      }),
    );
  const { provider, asked } = setUp({ [INSPECT]: [absent, here], [PULL]: [slow] });
  const tags = newTags();
  const look = () => provider.ensureImage(tags, {}, SPEC.image);
  expect(await look()).toEqual({ ready: false, percent: 0 });
  await expect.poll(look).toEqual({ ready: false, percent: 75 });
  finish();
  await expect.poll(look).toEqual({ ready: true });
  expect(asked.filter((call) => call === PULL)).toHaveLength(1);
});

it.each([
  [
    'an error in the middle of a long progress',
    [...Array(5_000).fill({ status: 'x' }), { error: 'disk full' }, {}],
  ],
  ['an error in the first line', [{ errorDetail: { message: 'denied' }, error: 'disk full' }]],
])('says which image can’t be pulled, and why, on %s; the next call tries anew', async (_what, lines) => {
  const { provider } = setUp({ [INSPECT]: [absent, absent, here], [PULL]: [progress(...lines)] });
  const error = await errorOf(untilReady(provider));
  expect([error.kind, error.message]).toEqual(['invalid', expect.stringContaining(SPEC.image)]);
  expect(error.message).toContain('disk full');
});

it('refuses on a refusal, and where the engine does not find what it has pulled', async () => {
  const denied = setUp({ [INSPECT]: [absent], [PULL]: [message(404, 'pull access denied')] });
  expect((await errorOf(untilReady(denied.provider))).message).toContain('pull access denied');
  const nothing = setUp({ [INSPECT]: [absent], [PULL]: [progress({ status: 'Pulling' })] });
  expect((await errorOf(untilReady(nothing.provider))).kind).toBe('invalid');
});

it('may pass where the pull’s connection is lost, and is told once', async () => {
  const { provider } = setUp({ [INSPECT]: [absent, here], [PULL]: [lost] });
  const tags = newTags();
  await provider.ensureImage(tags, {}, SPEC.image);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await errorOf(provider.ensureImage(tags, {}, SPEC.image))).kind).toBe('ambiguous');
  expect(await provider.ensureImage(tags, {}, SPEC.image)).toEqual({ ready: true });
});

it('never asks for what is no image reference', async () => {
  const { provider, asked } = setUp({});
  expect((await errorOf(provider.ensureImage(newTags(), {}, '../../info'))).kind).toBe('invalid');
  expect(asked).toEqual([]);
});

it('never falls back, whatever layers become known later', () => {
  const meter = new PullMeter();
  const hear = (line: unknown) => meter.hear(JSON.stringify(line));
  hear({ id: 'a', status: 'Already exists' });
  expect(meter.percent).toBe(99);
  hear({ id: 'b', status: 'Pulling fs layer' });
  hear({ id: 'b', status: 'Downloading', progressDetail: { current: 9, total: 1 } });
  for (const line of ['', 'no json', '[]', '{"id":7}', '{"id":"c","status":"Downloading"}']) meter.hear(line);
  expect(meter.percent).toBe(99);
  expect(meter.error).toBeNull();
});
