/** Questions to the person at the terminal. They are asked on standard error: standard output is the answer's. */
import { confirm, isCancel, password, text } from '@clack/prompts';
import { interrupted } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';

type Terminal = Pick<Surroundings, 'stdin' | 'stderr'>;

/** Throws `interrupted` where the question is ended by Ctrl-C or Escape, as all of them do. */
export async function askText(terminal: Terminal, message: string, initialValue = ''): Promise<string> {
  return answered(await text({ message, initialValue, ...streams(terminal) }));
}

/** What is typed is not shown. */
export async function askSecret(terminal: Terminal, message: string): Promise<string> {
  return answered(await password({ message, mask: '•', ...streams(terminal) }));
}

/** No, unless yes is chosen. */
export async function askYesNo(terminal: Terminal, message: string): Promise<boolean> {
  return answered(await confirm({ message, initialValue: false, ...streams(terminal) }));
}

function streams({ stdin, stderr }: Terminal) {
  return { input: stdin, output: stderr, withGuide: false };
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw interrupted('Nothing was asked of the control plane.');
  return value as Exclude<Value, symbol>;
}
