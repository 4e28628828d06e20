/** Which documents are run, one after another in one clone. */

export interface Scenario {
  readonly name: string;
  /** In the order of their reading: what one has started, the next one may use. */
  readonly documents: readonly string[];
  /** Variables that a document asks its reader to bring along, by `${NAME:?…}`. */
  readonly brought?: Readonly<Record<string, string>>;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'api', documents: ['README.md', 'docs/using-the-api.md'] },
  {
    name: 'getting-started',
    documents: ['docs/getting-started.md', 'docs/operating.md', 'docs/runbooks.md'],
  },
  {
    name: 'deploy',
    documents: ['docs/deploy.md'],
    // For commands that ask nobody: the others say that they are not run.
    brought: {
      DATABASE_URL: 'postgres://owner:made-for-the-test@db.example.com:5432/kiloclaw',
      FLY_API_TOKEN: 'made-for-the-test',
      CLOUDFLARE_API_TOKEN: 'made-for-the-test',
    },
  },
];
