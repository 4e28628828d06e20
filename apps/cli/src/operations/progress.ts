/** How far an operation is, on standard error: a moving line at a terminal, else a line for each step. */
import { isUnfinished, type OperationView } from '@kiloclaw/platform-contract';
import ora, { type Ora } from 'ora';
import type { Output } from '../output/output.ts';
import { safeText } from '../output/safe-text.ts';
import type { Surroundings } from '../surroundings.ts';

export interface Progress {
  show(operation: OperationView): void;
  /** Said once, however often it is told: why the wait goes on without an answer. */
  showLost(reason: string): void;
  end(): void;
}

/** "resize: grow volume 40 % (2 of 5)", or how it has ended. */
export function progressWords({ kind, status, steps }: OperationView): string {
  const name = kind.replaceAll('_', ' ');
  if (status !== 'running') return `${name}: ${status}`;
  const index = steps.findIndex((step) => step.status === 'running' || step.status === 'pending');
  const step = steps[index];
  if (step === undefined) return `${name}: running`;
  const percent = step.progressPercent === undefined ? '' : ` ${step.progressPercent} %`;
  return `${name}: ${step.name.replaceAll('_', ' ')}${percent} (${index + 1} of ${steps.length})`;
}

export function createProgress(surroundings: Surroundings, { notes }: Output): Progress {
  const { stderr, env } = surroundings;
  // Some terminals tell no width: the library divides by it, and would never come to an end of the line.
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  const canMove = isTerminal && (stderr.columns ?? 0) > 0;
  if (!canMove) return lines(notes);
  // Standard input is left alone: it would go into raw mode, where Ctrl-C is no signal any more.
  const hasColours = env.NO_COLOR === undefined || env.NO_COLOR === '';
  const color = hasColours ? 'cyan' : false;
  return spinner(ora({ stream: stderr, isEnabled: true, discardStdin: false, color }));
}

function lines(notes: Output['notes']): Progress {
  let last = '';
  const say = (words: string) => {
    if (words !== last) notes.line(words);
    last = words;
  };
  return { show: (operation) => say(progressWords(operation)), showLost: say, end: () => undefined };
}

function spinner(line: Ora): Progress {
  const say = (words: string) => {
    if (line.isSpinning) line.text = safeText(words);
    else line.start(safeText(words));
  };
  return {
    show(operation) {
      const words = progressWords(operation);
      if (isUnfinished(operation.status)) say(words);
      else if (operation.status === 'succeeded') line.succeed(safeText(words));
      else line.fail(safeText(words));
    },
    showLost: say,
    end: () => void line.stop(),
  };
}
