/** Which documents are run, one after another in one clone, and which of their commands nobody can run here. */

export interface Scenario {
  readonly name: string;
  /** In the order of their reading: what one has started, the next one may use. */
  readonly documents: readonly string[];
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'api', documents: ['README.md', 'docs/using-the-api.md'] },
  {
    name: 'getting-started',
    documents: ['docs/getting-started.md', 'docs/operating.md', 'docs/runbooks.md'],
  },
];
