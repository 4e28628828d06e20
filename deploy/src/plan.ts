/** A deploy as a list of steps: told before anything happens, done in order, and stopped at the first that fails. */
import { DeployError } from './deploy-error.ts';

export interface Step {
  /** What it does, as an imperative. */
  readonly title: string;
  /** Answers what has come of it. Doing it again changes nothing. */
  readonly run: () => Promise<string>;
}

/** What one step finds and later ones need. */
export class Found<Value> {
  readonly #what: string;
  #value: { readonly is: Value } | null = null;

  constructor(what: string) {
    this.#what = what;
  }

  set(value: Value): void {
    this.#value = { is: value };
  }

  get(): Value {
    if (this.#value === null)
      throw new Error(`The ${this.#what} is asked for before the step that finds it.`);
    return this.#value.is;
  }
}

export function tellPlan(steps: readonly Step[]): string[] {
  return steps.map(({ title }, index) => `  ${index + 1}. ${title}`);
}

/** Throws `DeployError` that says which step failed, what is done, and how to go on. */
export async function runPlan(steps: readonly Step[], say: (line: string) => void): Promise<void> {
  for (const [index, { title, run }] of steps.entries()) {
    const number = index + 1;
    say(`[${number}/${steps.length}] ${title} …`);
    try {
      say(`      ${await run()}`);
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      throw new DeployError(
        [
          `Step ${number} of ${steps.length} failed: ${title}.`,
          error.message,
          doneBefore(index, steps.length),
          'Put that right and run the same command again: what is done already is found and kept.',
        ].join('\n'),
      );
    }
  }
}

function doneBefore(count: number, total: number): string {
  const left = total - count - 1;
  const notBegun =
    left === 0 ? '' : ` The ${left === 1 ? 'one' : left} after it ${left === 1 ? 'was' : 'were'} not begun.`;
  if (count === 0) return `Nothing was done before it.${notBegun}`;
  return `${count === 1 ? 'Step 1 is' : `Steps 1 to ${count} are`} done.${notBegun}`;
}
