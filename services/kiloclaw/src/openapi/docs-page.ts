/**
 * The reference as a page, drawn here and not by a script: the bundles that draw such pages in the browser have 1 to 4 MB,
 * and want styles, some of them scripts, to be allowed that a strict policy forbids.
 */
import { html, raw } from 'hono/html';
import { DOCS_STYLE } from './docs-style.ts';
import {
  type ErrorReference,
  type GroupReference,
  type ParameterReference,
  type Reference,
  type RouteReference,
  readReference,
  type SchemaReference,
} from './reference.ts';
import type { FieldWords, Words } from './schema-words.ts';

type Html = ReturnType<typeof html>;

/** Text whose words in backticks are code. */
function prose(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}

/** Paragraphs, and lists where each line begins with a dash. */
function paragraphs(text: string): Html[] {
  return text.split('\n\n').map((block) => {
    if (!block.startsWith('- ')) return html`<p>${prose(block)}</p>`;
    const items = block.split('\n').map((line) => html`<li>${prose(line.replace(/^- /, ''))}</li>`);
    return html`<ul>${items}</ul>`;
  });
}

function inline(words: Words): Html[] {
  return words.map((word) => {
    if (typeof word === 'string') return html`${word}`;
    if ('code' in word) return html`<code>${word.code}</code>`;
    return html`<a href="#schema-${word.schema}">${word.schema}</a>`;
  });
}

const errorLinks = (codes: readonly string[]) =>
  codes.map((code) => html`<a href="#error-${code}"><code>${code}</code></a> `);

function table(heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html``;
  const head = heads.map((text) => html`<th scope="col">${text}</th>`);
  return html`<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

const name = (field: FieldWords) =>
  html`<td><code>${field.name}</code>${field.isRequired ? '' : html` <span class="muted">optional</span>`}</td>`;

const fieldRow = (field: FieldWords) =>
  html`<tr>${name(field)}<td>${inline(field.type)}</td><td>${prose(field.description)}</td></tr>`;

const parameterRow = (field: ParameterReference) =>
  html`<tr>${name(field)}<td class="muted">${field.place}</td><td>${inline(field.type)}</td><td>${prose(field.description)}</td></tr>`;

const methodMark = (method: string) => html`<span class="method ${method.toLowerCase()}">${method}</span>`;

function routeArticle(route: RouteReference): Html {
  const { answers, refusals, headers, example } = route;
  const answerRows = answers.map(
    ({ status, type, description }) =>
      html`<dt>${status}</dt><dd>${inline(type)} <span class="muted">${prose(description)}</span></dd>`,
  );
  const refusalRows = refusals.map(
    ({ status, codes }) => html`<dt>${status}</dt><dd>${errorLinks(codes)}</dd>`,
  );
  const headerNames = headers.map((header) => html`<a href="#headers"><code>${header}</code></a> `);
  return html`<article id="${route.id}">
<h3>${methodMark(route.method)}${route.path}</h3>
<p class="summary">${route.summary}</p>
<p>${prose(route.description)}</p>
${table(['name', 'in', 'type', 'meaning'], route.parameters.map(parameterRow))}
${example === null ? '' : html`<pre><code>${example}</code></pre>`}
<dl>${answerRows}${refusalRows}${headers.length === 0 ? '' : html`<dt class="muted">Headers</dt><dd>${headerNames}</dd>`}</dl>
</article>`;
}

function schemaArticle({ name: title, description, type, fields }: SchemaReference): Html {
  return html`<article id="schema-${title}">
<h3>${title}</h3>
${description === '' ? '' : html`<p>${prose(description)}</p>`}
${fields.length === 0 ? html`<p>${inline(type)}</p>` : table(['field', 'type', 'meaning'], fields.map(fieldRow))}
</article>`;
}

function groupSection({ name: title, description, routes }: GroupReference): Html {
  return html`<section><h2 id="group-${title}">${title}</h2><p class="muted">${description}</p>${routes.map(routeArticle)}</section>`;
}

const errorRow = ({ status, code, meaning }: ErrorReference) =>
  html`<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${prose(meaning)}</td></tr>`;

function navigation({ groups, schemas }: Reference): Html {
  const routes = groups.map(
    (group) =>
      html`<h2>${group.name}</h2><ul>${group.routes.map(({ id, summary }) => html`<li><a href="#${id}">${summary}</a></li>`)}</ul>`,
  );
  const shapes = schemas.map((schema) => html`<li><a href="#schema-${schema.name}">${schema.name}</a></li>`);
  return html`<nav id="contents" aria-label="Contents">${routes}<h2>Further</h2><ul><li><a href="#headers">Headers</a></li><li><a href="#errors">Errors</a></li></ul><h2>Schemas</h2><ul>${shapes}</ul></nav>`;
}

function body(reference: Reference): Html {
  const { title, version, description, headers, commonCodes, groups, errors, schemas } = reference;
  return html`<a class="skip" href="#content">To the content</a>
<div class="page">${navigation(reference)}<main id="content">
<h1>${title}</h1>
<p class="muted">Version ${version}. For programs: <a href="/openapi.json">openapi.json</a>, OpenAPI 3.1.</p>
<p class="to-contents"><a href="#contents">Contents</a></p>
${paragraphs(description)}
${groups.map(groupSection)}
<section><h2 id="headers">Headers</h2>
<p>Every request may carry <code>x-request-id</code>, and every answer has it; the others stand with their routes.</p>
${table(['header', 'type', 'meaning'], headers.map(fieldRow))}</section>
<section><h2 id="errors">Errors</h2>
<p>Every route that takes a key can refuse with ${errorLinks(commonCodes)}; what else it can stands with it.</p>
${table(['code', 'status', 'meaning and way out'], errors.map(errorRow))}</section>
<section><h2 id="schemas">Schemas</h2>${schemas.map(schemaArticle)}</section>
</main></div>`;
}

export interface DocsPage {
  readonly text: string;
  /** Allows the page's own style, and nothing besides. */
  readonly contentSecurityPolicy: string;
}

export async function renderDocsPage(reference: Reference = readReference()): Promise<DocsPage> {
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${reference.title}</title><link rel="icon" href="data:,"><style>${raw(DOCS_STYLE)}</style></head>
<body>${body(reference)}</body></html>`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(DOCS_STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { text: String(page), contentSecurityPolicy };
}
