/** A terminal in which a person would type: one bash, its commands in order, Ctrl-C for what stays in front. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;
/** What bash itself says of the commands: on the same pipe as their output, so that it comes after it. */
const SAYS_FD = 9;

export interface TerminalLaunch {
  readonly workingFolder: string;
  /** For the files that bash reads its commands from. */
  readonly scriptFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Hears everything that is shown, as it comes. */
  readonly onOutput: (text: string) => void;
}

/** How commands ended. `line` is where, as far as bash tells it. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly line: number | null;
  readonly exitCode: number | null;
}

/** The group that the command in front leads; null while the shell waits for the next one. */
async function groupInFront(shellPid: number): Promise<number | null> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The second field is the command in parentheses and may hold spaces; count from its end.
    const [, parentPid, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parentPid) === shellPid && group === pid) return Number(pid);
  }
  return null;
}

export class Terminal {
  readonly #shell: ChildProcess;
  readonly #scriptFolder: string;
  readonly #onOutput: (text: string) => void;
  readonly #mark = randomUUID();
  readonly #saying = new RegExp(`${this.#mark} (ended|failed) (\\d+)\n`);
  #unread = '';
  #shown = '';
  #outcome: Outcome | null = { succeeded: true, line: null, exitCode: 0 };
  #failedLine: number | null = null;

  constructor({ workingFolder, scriptFolder, env, onOutput }: TerminalLaunch) {
    this.#scriptFolder = scriptFolder;
    this.#onOutput = onOutput;
    this.#shell = spawn('bash', ['--noprofile', '--norc'], {
      cwd: workingFolder,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#shell.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#shell.once('error', () => this.#end({ succeeded: false, line: null, exitCode: null }));
    this.#shell.once('close', (exitCode) => {
      this.#show(this.#unread);
      this.#end({ succeeded: false, line: this.#failedLine, exitCode });
    });
    // Job control gives each command a group of its own, as it has in a person's terminal: Ctrl-C goes to that.
    this.#type(`exec 2>&1 ${SAYS_FD}>&1; set -euo pipefail; set -m`);
    this.#type(`trap 'printf "${this.#mark} failed %s\\n" "$LINENO" >&${SAYS_FD}' ERR`);
  }

  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** Everything shown since the last commands began. */
  get shown(): string {
    return this.#shown;
  }

  /** Null while its commands run. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** Begins with commands, and does not wait. `line` is where the first of them stands in its document. */
  async begin(script: string, line: number): Promise<void> {
    if (this.#outcome === null) throw new Error('The commands before still run in this terminal.');
    if (this.#shell.exitCode !== null) throw new Error('This terminal is closed.');
    this.#outcome = null;
    this.#shown = '';
    const file = join(this.#scriptFolder, `${randomUUID()}.sh`);
    // As many empty lines before it as the document has: bash then counts as the document does.
    await writeFile(file, `${'\n'.repeat(line - 1)}${script}\n`);
    this.#type(`source '${file}' </dev/null; printf '${this.#mark} ended 0\\n' >&${SAYS_FD}`);
  }

  /** True once `isSo`; false where it isn't within the limit. */
  async until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!isSo()) {
      if (Date.now() > deadline) return false;
      await delay(POLL_MS);
    }
    return true;
  }

  /** Ctrl-C for the command in front; false where there is none. */
  async pressCtrlC(): Promise<boolean> {
    const group = this.#shell.pid === undefined ? null : await groupInFront(this.#shell.pid);
    if (group === null) return false;
    process.kill(-group, 'SIGINT');
    return true;
  }

  /** Ends the shell; what it left in the background goes on. */
  close(): void {
    this.#shell.stdin?.end();
  }

  #type(line: string): void {
    this.#shell.stdin?.write(`${line}\n`);
  }

  #hear(text: string): void {
    this.#unread += text;
    for (let said = this.#saying.exec(this.#unread); said !== null; said = this.#saying.exec(this.#unread)) {
      this.#show(this.#unread.slice(0, said.index));
      this.#unread = this.#unread.slice(said.index + said[0].length);
      if (said[1] === 'ended') this.#end({ succeeded: true, line: null, exitCode: 0 });
      else this.#failedLine = Number(said[2]);
    }
    // The start of what bash says may have come alone: its line waits for the rest.
    const lastLine = this.#unread.lastIndexOf('\n') + 1;
    this.#show(this.#unread.slice(0, lastLine));
    this.#unread = this.#unread.slice(lastLine);
  }

  #show(text: string): void {
    if (text === '') return;
    this.#shown += text;
    this.#onOutput(text);
  }

  #end(outcome: Outcome): void {
    this.#outcome ??= outcome;
  }
}
