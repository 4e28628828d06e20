/** What a source file imports, read from its syntax tree and not from its text. */
import { type ParserPlugin, parse } from '@babel/parser';

/** One import of a file. `isTypeOnly` imports are erased and leave nothing at run time. */
export interface Import {
  specifier: string;
  line: number;
  isTypeOnly: boolean;
}

interface SyntaxNode {
  type: string;
  loc?: { start: { line: number } };
  [field: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function literalText(value: unknown): string | undefined {
  return isNode(value) && value.type === 'StringLiteral' && typeof value.value === 'string'
    ? value.value
    : undefined;
}

function isImportMeta(value: unknown, property: string): boolean {
  if (!isNode(value) || value.type !== 'MemberExpression') return false;
  const { object, property: name } = value;
  return isNode(object) && object.type === 'MetaProperty' && isNode(name) && name.name === property;
}

const CODE_FILE = /\.(ts|tsx|mts|mjs|js)$/;

/** The file behind `import.meta.resolve('x')` and `new URL('x', import.meta.url)`: loaded by path, not by import. */
function specifierOfReference(node: SyntaxNode): string | undefined {
  const args = Array.isArray(node.arguments) ? node.arguments : [];
  if (node.type === 'CallExpression' && isImportMeta(node.callee, 'resolve')) return literalText(args[0]);
  if (node.type !== 'NewExpression' || !isNode(node.callee) || node.callee.name !== 'URL') return undefined;
  // A URL may as well mean a folder, or a file that is only read.
  const path = isImportMeta(args[1], 'url') ? literalText(args[0]) : undefined;
  if (path === undefined || !CODE_FILE.test(path) || URL.canParse(path)) return undefined;
  return path.startsWith('.') ? path : `./${path}`;
}

function importOf(node: SyntaxNode): Omit<Import, 'line'> | undefined {
  const found = (source: unknown, isTypeOnly: boolean) => {
    const specifier = literalText(source);
    return specifier === undefined ? undefined : { specifier, isTypeOnly };
  };
  switch (node.type) {
    case 'ImportDeclaration':
      return found(node.source, node.importKind === 'type');
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return found(node.source, node.exportKind === 'type');
    case 'ImportExpression':
      return found(node.source, false);
    case 'TSImportType':
      return found(node.source, true);
    default: {
      const specifier = specifierOfReference(node);
      return specifier === undefined ? undefined : { specifier, isTypeOnly: false };
    }
  }
}

function pluginsFor(file: string): ParserPlugin[] {
  if (file.endsWith('x')) return ['typescript', 'jsx'];
  return file.endsWith('ts') ? ['typescript'] : [];
}

function parseModule(file: string, text: string): SyntaxNode {
  try {
    return parse(text, {
      sourceType: 'module',
      plugins: pluginsFor(file),
      createImportExpressions: true,
    }).program as unknown as SyntaxNode;
  } catch (error) {
    throw new Error(`${file} can't be parsed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What a style sheet takes in: `@import` and, with Tailwind, `@plugin`. Not what it would take in a comment. */
function importsOfStyles(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  return [...code.matchAll(/@(?:import|plugin)\s+(?:url\()?["']([^"']+)["']/g)].map((found) => ({
    specifier: found[1] ?? '',
    isTypeOnly: false,
    line: code.slice(0, found.index).split('\n').length,
  }));
}

/** Every import of a file, in the order of the text: static, re-export, dynamic with a literal, type. */
export function importsOf(file: string, text: string): Import[] {
  if (file.endsWith('.css')) return importsOfStyles(text);
  const imports: Import[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else if (isNode(value)) {
      const found = importOf(value);
      if (found !== undefined) imports.push({ ...found, line: value.loc?.start.line ?? 1 });
      for (const [field, child] of Object.entries(value)) if (field !== 'loc') visit(child);
    }
  };
  visit(parseModule(file, text));
  return imports;
}

/** Whether a file does nothing but hand on what other files export (two of them at least). */
export function isBarrel(file: string, text: string): boolean {
  if (file.endsWith('.css')) return false;
  const { body } = parseModule(file, text);
  if (!Array.isArray(body) || body.length < 2) return false;
  return body.every(
    (statement) => isNode(statement) && statement.type.startsWith('Export') && isNode(statement.source),
  );
}

/** `@scope/name/sub/path` or `name/sub` as the package `@scope/name` or `name` and its subpath. */
export function splitSpecifier(specifier: string): { packageName: string; subpath: string } {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return { packageName: parts.slice(0, length).join('/'), subpath: parts.slice(length).join('/') };
}

/** Whether the runtime itself answers this import: Node's builtins, workerd's modules. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || specifier.startsWith('cloudflare:');
}
