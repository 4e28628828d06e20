import { ErrorCodeSchema, ROUTES } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import { renderDocsPage } from './docs-page.ts';
import { readReference } from './reference.ts';

const { text, contentSecurityPolicy } = await renderDocsPage();

const allOf = (pattern: RegExp, source = text) =>
  [...source.matchAll(pattern)].map(([, found = '']) => found);

it('has a place of its own for every route, schema and error code', () => {
  const ids = allOf(/ id="([^"]+)"/g);
  expect(new Set(ids).size).toBe(ids.length);
  const schemas = readReference().schemas.map(({ name }) => `schema-${name}`);
  const codes = ErrorCodeSchema.options.map((code) => `error-${code}`);
  expect(ids).toEqual(expect.arrayContaining([...Object.keys(ROUTES), ...schemas, ...codes]));
});

it('links to places that it has, and to nothing elsewhere', () => {
  const ids = new Set(allOf(/ id="([^"]+)"/g));
  const targets = allOf(/ (?:href|src)="([^"]+)"/g);
  const elsewhere = targets.filter((target) => !target.startsWith('#'));
  expect(new Set(elsewhere)).toEqual(new Set(['data:,', '/openapi.json']));
  const missing = targets.filter((target) => target.startsWith('#') && !ids.has(target.slice(1)));
  expect(missing).toEqual([]);
});

it('needs no script, and allows its own style alone', async () => {
  expect(text).not.toMatch(/<script|\son\w+=|\sstyle=/);
  const [style = ''] = allOf(/<style>([\s\S]*?)<\/style>/g);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
  expect(contentSecurityPolicy).toContain(`style-src 'sha256-${Buffer.from(digest).toString('base64')}'`);
  expect(contentSecurityPolicy).toContain("default-src 'none'");
  expect(contentSecurityPolicy).not.toContain('unsafe');
});

it('shows words as they are written, whatever they hold', async () => {
  const reference = readReference();
  const title = '<script>alert("x")</script>';
  const page = await renderDocsPage({ ...reference, title, description: `Say \`<b>\`. ${title}` });
  expect(page.text).not.toContain('<script>');
  expect(page.text).toContain('<code>&lt;b&gt;</code>');
  expect(page.text).not.toContain('[object');
});
