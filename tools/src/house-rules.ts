/** `node tools/src/house-rules.ts`: every house rule that neither compiler nor linter knows. Exit code 1 on a breach. */
import process from 'node:process';
import { checkBoundaries } from './boundaries.ts';
import { checkDeadFiles, checkDependencies } from './dead-files.ts';
import { formatFinding } from './finding.ts';
import { checkHouseNumbers, noticeLongFiles } from './house-numbers.ts';
import { checkProviderNames } from './provider-names.ts';
import { repositoryRoot } from './repository-root.ts';
import {
  checkDependencyDocument,
  checkLockfile,
  checkRefusedWords,
  checkRequirements,
} from './repository-words.ts';
import { readSourceTree } from './source-tree.ts';
import { readTrackedFiles } from './tracked-files.ts';

const tree = readSourceTree(repositoryRoot);
const files = readTrackedFiles(repositoryRoot);

for (const notice of noticeLongFiles(tree)) console.log(`notice: ${formatFinding(notice)}`);

const findings = [
  ...checkBoundaries(tree),
  ...checkHouseNumbers(tree),
  ...checkProviderNames(tree),
  ...checkDeadFiles(tree),
  ...checkDependencies(tree),
  ...checkRefusedWords(files, process.env.npm_config_registry),
  ...checkLockfile(files),
  ...checkRequirements(repositoryRoot, files),
  ...checkDependencyDocument(tree, files),
];
for (const finding of findings) console.log(formatFinding(finding));
process.exitCode = findings.length === 0 ? 0 : 1;
