import { describe, expect, test } from 'vitest';
import { ourDocuments } from '../testing/our-documents.ts';
import { readBlocks } from './read-document.ts';
import { SCENARIOS } from './scenarios.ts';

/** Commands that no test runs, by the reason that stands beside them: how many there are in which document. */
const NOT_RUN: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'CONTRIBUTING.md': { 'runs the tests themselves': 1, 'drives a browser for minutes': 1 },
  'README.md': { 'runs every test, this document among them': 1 },
  'docs/adding-a-provider.md': {
    'runs the tests themselves': 1,
    "needs a provider's token, and costs money": 1,
  },
  'dev/testdata/released/README.md': { 'makes the frozen fleet of the next release': 1 },
  'docs/backup.md': {
    'backup.stack.test.ts runs it on every change': 1,
    'it backs up a running installation, as backup.stack.test.ts does': 1,
    'it restores a whole installation, as backup.stack.test.ts does': 1,
    "needs somebody's key": 1,
  },
  'docs/deploy.md': {
    'needs an account at Cloudflare': 3,
    'installs into the system of a machine of its own': 10,
  },
  'docs/providers.md': {
    'needs a container engine': 1,
    "needs a provider's token, and costs money": 1,
    'needs a server that speaks the Machines API': 1,
  },
  'docs/runbooks.md': { 'names an operation of yours': 2, 'names an instance of yours': 2 },
  'docs/upgrade.md': { 'needs a Cloudflare account': 1, 'needs an installation under systemd': 2 },
  'simulators/fly/README.md': { 'takes fixed ports; its tests start it on free ones': 3 },
  'simulators/northflank/README.md': { 'takes fixed ports; its tests start it on free ones': 3 },
};

const followed = new Set(SCENARIOS.flatMap(({ documents }) => documents));

describe('the commands in our documents', async () => {
  const blocks = (await ourDocuments()).flatMap(({ path, text }) => readBlocks(path, text));

  test('are run by a scenario, or say why not', () => {
    const left = blocks.filter(({ kind, document }) => kind !== 'skipped' && !followed.has(document));
    expect(left.map(({ document, line }) => `${document}:${line}`)).toEqual([]);
  });

  test('give no other reasons than these', () => {
    const skipped = blocks.filter((block) => block.kind === 'skipped');
    const byDocument = Object.entries(Object.groupBy(skipped, ({ document }) => document));
    const reasons = byDocument.map(([document, ofDocument = []]) => {
      const byReason = Object.entries(Object.groupBy(ofDocument, ({ reason }) => reason));
      return [document, Object.fromEntries(byReason.map(([reason, same = []]) => [reason, same.length]))];
    });
    expect(Object.fromEntries(reasons)).toEqual(NOT_RUN);
  });

  test('of a scenario are there to be run', () => {
    const withCommands = blocks.filter(({ kind }) => kind === 'commands').map(({ document }) => document);
    expect([...followed].filter((document) => !withCommands.includes(document))).toEqual([]);
  });
});
