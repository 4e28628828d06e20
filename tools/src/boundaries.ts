/** Refuses imports that the boundary table doesn't allow. */
import { posix } from 'node:path';
import { EVERYTHING, INNER_RULES, OWN_FOLDER, PARTS, TEST_ONLY_SUBPATHS } from './boundary-table.ts';
import type { Finding } from './finding.ts';
import { type Import, isBuiltin, splitSpecifier } from './imports.ts';
import {
  isTestPath,
  isToolConfig,
  type Package,
  resolveRelative,
  type SourceFile,
  type SourceTree,
} from './source-tree.ts';

type PartRule = (typeof PARTS)[string];

const matchesAny = (path: string, globs: string[]): boolean =>
  globs.some((glob) => glob === EVERYTHING || posix.matchesGlob(path, glob));

function ruleOf(part: string): PartRule | undefined {
  return Object.entries(PARTS).find(([glob]) => glob === part || posix.matchesGlob(part, glob))?.[1];
}

/** Why a relative import is refused, if it is. */
function refuseRelative(part: Package, file: SourceFile, target: string): string | undefined {
  const leavesPackage = part.folder !== '' && !target.startsWith(`${part.folder}/`);
  if (leavesPackage || target.startsWith('../')) {
    return `leaves its package (${target}): import the other package by its name`;
  }
  if (!file.isTest && !isToolConfig(file.pathInPackage) && isTestPath(posix.relative(part.folder, target))) {
    return `is there for tests only (${target}): move what both need out of it`;
  }
  return undefined;
}

function refuseOwnPackage(
  rule: PartRule,
  file: SourceFile,
  target: Package,
  subpath: string,
): string | undefined {
  if (!file.isTest && TEST_ONLY_SUBPATHS.includes(subpath)) return 'is there for tests only';
  const allowed = file.isTest ? [...rule.mayImport, ...(rule.testsMayAlsoImport ?? [])] : rule.mayImport;
  if (matchesAny(target.folder, allowed)) return undefined;
  return `is not for this part: ${allowed.length === 0 ? 'it may import nothing of ours' : `it may import ${allowed.join(', ')}`}`;
}

function refuseExternal(rule: PartRule, file: SourceFile, specifier: string): string | undefined {
  if (rule.externals === undefined || file.isTest || isToolConfig(file.pathInPackage)) return undefined;
  if (rule.externals.includes(splitSpecifier(specifier).packageName)) return undefined;
  return `is not for this part: from outside it may import ${rule.externals.join(', ')} alone`;
}

function refuseInside(
  part: Package,
  file: SourceFile,
  { isTypeOnly }: Import,
  target: string,
): string | undefined {
  if (file.isTest) return undefined;
  const broken = INNER_RULES.find((rule) => {
    const from = file.pathInPackage;
    if (rule.part !== part.folder || !posix.matchesGlob(from, rule.from)) return false;
    if (matchesAny(from, rule.exceptFrom ?? []) || (isTypeOnly && rule.typesPass)) return false;
    const ownFolder = from
      .split('/')
      .slice(0, rule.from.split('/').length - 1)
      .join('/');
    const except = (rule.except ?? []).map((glob) => glob.replace(OWN_FOLDER, ownFolder));
    return matchesAny(target, rule.refuses) && !matchesAny(target, except);
  });
  return broken && `is refused here: ${broken.because}`;
}

function refuse(
  tree: SourceTree,
  part: Package,
  rule: PartRule,
  file: SourceFile,
  found: Import,
): string | undefined {
  const { specifier } = found;
  if (specifier.startsWith('.')) {
    const target = resolveRelative(file.path, specifier);
    return (
      refuseRelative(part, file, target) ??
      refuseInside(part, file, found, posix.relative(part.folder, target))
    );
  }
  const { packageName, subpath } = splitSpecifier(specifier);
  const own = tree.packages.find(({ manifest }) => manifest.name === packageName);
  if (own === part) return undefined;
  const refusal = own ? refuseOwnPackage(rule, file, own, subpath) : refuseExternal(rule, file, specifier);
  return refusal ?? (isBuiltin(specifier) ? undefined : refuseInside(part, file, found, specifier));
}

/** Every import that breaks `boundary-table.ts`, and every package that has no row there. */
export function checkBoundaries(tree: SourceTree): Finding[] {
  return tree.packages.flatMap((part) => {
    const rule = ruleOf(part.folder);
    if (rule === undefined) {
      const message = `has no row in the boundary table: add a row to tools/src/boundary-table.ts`;
      return [{ file: `${part.folder}/package.json`, message }];
    }
    return part.files.flatMap((file) =>
      file.imports.flatMap((found) => {
        const refusal = refuse(tree, part, rule, file, found);
        return refusal
          ? [{ file: file.path, line: found.line, message: `import of '${found.specifier}' ${refusal}` }]
          : [];
      }),
    );
  });
}
