/**
 * Two streams with one rule: standard output has the answer (a table for people, or exactly one JSON document),
 * standard error everything that is said on the way.
 */
import type { CliErrorFacts } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';
import { toned } from './cells.ts';
import { createScreen, type Screen } from './screen.ts';

export interface Output {
  /** Progress, warnings, plans: on standard error. */
  readonly notes: Screen;
  /** The answer, once: `json` for machines, or what `draw` draws of it. */
  answer(json: unknown, draw: (screen: Screen) => void): void;
  /** An error: the sentence on standard error; with `--json` the document on standard output as well. */
  failure(facts: CliErrorFacts): void;
}

function hasColours(stream: Surroundings['stdout'], env: Surroundings['env']): boolean {
  const isRefused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return stream.isTTY === true && !isRefused && env.TERM !== 'dumb';
}

export function createOutput(surroundings: Surroundings, isJson: () => boolean): Output {
  const { stdout, stderr, env } = surroundings;
  const screen = createScreen(stdout, hasColours(stdout, env));
  const notes = createScreen(stderr, hasColours(stderr, env));
  // Escaped beyond what JSON asks for: a person may look at it in a terminal, too.
  const document = (value: unknown) =>
    `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f]/g, escapeUnit)}\n`;
  return {
    notes,
    answer(json, draw) {
      if (isJson()) stdout.write(document(json));
      else draw(screen);
    },
    failure({ code, message, requestId, details, nextStep, more }) {
      if (isJson()) stdout.write(document({ error: { code, message, requestId, details }, ...more }));
      notes.line(
        toned('bad', 'error:'),
        message,
        toned('faint', `(${code}${requestId === undefined ? '' : `, request ${requestId}`})`),
      );
      if (nextStep !== undefined) notes.line(nextStep);
    },
  };
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
