/** WCAG 2.2 AA as far as axe can see it, of a page or an open dialog, in both themes. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { switchTheme, THEMES, type Theme } from './view.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SHOWN_NODES_MAX = 10;

export interface Violation {
  readonly theme: Theme;
  /** axe's name of the rule. */
  readonly rule: string;
  /** What is wrong, in axe's words. */
  readonly sentence: string;
  /** Selectors of the elements. */
  readonly targets: readonly string[];
}

async function violationsIn(page: Page, theme: Theme, within: string | undefined): Promise<Violation[]> {
  await switchTheme(page, theme);
  // Without frames it needs no second page to put its results together.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({
    runOnly: { type: 'tag', values: TAGS },
    // What passes is not told in full: that takes longer than looking.
    resultTypes: ['violations'],
    // Named, so that they stay on whatever the tags of a later axe say.
    rules: { 'color-contrast': { enabled: true }, 'target-size': { enabled: true } },
  });
  const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
  return violations.map(({ id, help, nodes }) => ({
    theme,
    rule: id,
    sentence: help,
    targets: nodes.map(({ target, failureSummary }) => {
      const [, reason = ''] = failureSummary?.split('\n') ?? [];
      return `${target.join(' ')} ${reason.trim()}`.trim();
    }),
  }));
}

/** What axe refuses of the page as it stands, or of the part that `within` selects. Leaves the page in the last theme. */
export async function violationsOf(page: Page, within?: string): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const theme of THEMES) found.push(...(await violationsIn(page, theme, within)));
  return found;
}

/** One line for each violation, one below it for each element. */
export function formatViolations(violations: readonly Violation[]): string {
  return violations
    .map(({ theme, rule, sentence, targets }) => {
      const left = targets.length - SHOWN_NODES_MAX;
      const lines = targets.slice(0, SHOWN_NODES_MAX).map((target) => `    ${target}`);
      return [
        `${rule} (${theme}): ${sentence}`,
        ...lines,
        ...(left > 0 ? [`    and ${left} more`] : []),
      ].join('\n');
    })
    .join('\n');
}

/** Throws the readable list of what axe refuses, in both themes. */
export async function expectAccessible(page: Page, within?: string): Promise<void> {
  const violations = await violationsOf(page, within);
  if (violations.length > 0)
    throw new Error(`${page.url()} is not accessible:\n${formatViolations(violations)}`);
}
