/** The reference as a Markdown document. */
import { REQUEST_ID_HEADER } from '@kiloclaw/platform-contract';
import {
  type GroupReference,
  type ParameterReference,
  type Reference,
  type RouteReference,
  readReference,
  type SchemaReference,
} from './reference.ts';
import type { FieldWords, Words } from './schema-words.ts';

const anchorOf = (name: string) => name.toLowerCase();

function inline(words: Words): string {
  return words
    .map((word) => {
      if (typeof word === 'string') return word;
      return 'code' in word ? `\`${word.code}\`` : `[${word.schema}](#${anchorOf(word.schema)})`;
    })
    .join('');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line), ''];
}

const codes = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
const nameCell = ({ name, isRequired }: FieldWords) => `\`${name}\`${isRequired ? '' : '?'}`;

const fieldRow = (field: FieldWords) => [nameCell(field), inline(field.type), field.description];

function parameterTable(parameters: readonly ParameterReference[]): string[] {
  if (parameters.length === 0) return [];
  const rows = parameters.map((parameter) => [
    nameCell(parameter),
    parameter.place,
    inline(parameter.type),
    parameter.description,
  ]);
  return table(['name', 'in', 'type', 'meaning'], rows);
}

function routeSection(route: RouteReference): string[] {
  const example = route.example === null ? [] : ['```json', route.example, '```', ''];
  const refusals = route.refusals.map(({ status, codes: refused }) => `${status} ${codes(refused)}`);
  return [
    `### ${route.method} ${route.path}`,
    '',
    `${route.summary}. ${route.description}`.trim(),
    '',
    ...parameterTable(route.parameters),
    ...example,
    ...route.answers.map(
      ({ status, description, type }) => `- **${status}** ${inline(type)}: ${description}`,
    ),
    ...(refusals.length === 0 ? [] : [`- Refused with: ${refusals.join('; ')}.`]),
    ...(route.headers.length === 0 ? [] : [`- Headers: ${codes(route.headers)}.`]),
    '',
  ];
}

function groupSection({ name, description, routes }: GroupReference): string[] {
  return [`## ${name}`, '', description, '', ...routes.flatMap(routeSection)];
}

function schemaSection({ name, description, type, fields }: SchemaReference): string[] {
  const rows = fields.map(fieldRow);
  const body = rows.length === 0 ? [`${inline(type)}.`, ''] : table(['field', 'type', 'meaning'], rows);
  return [`### ${name}`, '', ...(description === '' ? [] : [description, '']), ...body];
}

/** The text of `docs/api.md`. */
export function renderApiMarkdown(reference: Reference = readReference()): string {
  const { title, version, description, headers, commonCodes, groups, schemas, errors } = reference;
  const errorRows = errors.map(({ status, code, meaning }) => [String(status), `\`${code}\``, meaning]);
  const lines = [
    `# ${title}`,
    '',
    `Version ${version}. Made from the schemas of the code by \`npm run documents\`; a running control plane has it at \`/docs\`, and as OpenAPI 3.1 at \`/openapi.json\`.`,
    '',
    description,
    '',
    '## Headers',
    '',
    `Every request may carry \`${REQUEST_ID_HEADER}\`, and every answer has it; the others stand with their routes. Here and below, a \`?\` stands behind what may be left out.`,
    '',
    ...table(['header', 'type', 'meaning'], headers.map(fieldRow)),
    ...groups.flatMap(groupSection),
    '## Errors',
    '',
    `Every route that takes a key can refuse with ${codes(commonCodes)}; what else it can is said with it.`,
    '',
    ...table(['status', 'code', 'meaning and way out'], errorRows),
    '## Schemas',
    '',
    ...schemas.flatMap(schemaSection),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
