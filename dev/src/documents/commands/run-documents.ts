/** Does what documents say, as their reader would, and nothing else. */

import { firstMissingLine } from './expected-output.ts';
import { type Block, type CommandBlock, DocumentError, type KeyBlock } from './read-document.ts';
import { Terminal, type TerminalLaunch } from './terminal.ts';

/** The first `npm start` of a fresh clone fetches and installs everything. */
const COMMANDS_TIMEOUT_MS = 10 * 60_000;
const CLOSE_TIMEOUT_MS = 60_000;
const SHOWN_LINES_MAX = 60;

export interface RunLaunch extends Omit<TerminalLaunch, 'onOutput'> {
  /** Hears what is typed and what is shown, as it comes. */
  readonly onText: (text: string) => void;
}

function failure(block: CommandBlock | KeyBlock, what: string, terminal: Terminal, line = block.line): Error {
  const shown = terminal.shown.trimEnd().split('\n').slice(-SHOWN_LINES_MAX).join('\n');
  return new DocumentError({ document: block.document, line }, `${what}\n${shown}`);
}

/** Throws where the commands failed, or are over without having shown what the document shows. */
function checkEnd(block: CommandBlock | KeyBlock, terminal: Terminal): void {
  const { outcome } = terminal;
  if (outcome === null)
    throw failure(block, `took longer than ${COMMANDS_TIMEOUT_MS} ms. Shown was:`, terminal);
  if (!outcome.succeeded) {
    const what = `failed with exit code ${outcome.exitCode}. Shown was:`;
    throw failure(block, what, terminal, outcome.line ?? block.line);
  }
  const missing = firstMissingLine(block.expected ?? [], terminal.shown);
  if (missing !== null) throw failure(block, `does not show '${missing.trim()}'. Shown was:`, terminal);
}

/** A document's reader with as many terminals as it asks for. */
class Reader {
  readonly #launch: RunLaunch;
  readonly #terminals = new Map<string, Terminal>();

  constructor(launch: RunLaunch) {
    this.#launch = launch;
  }

  async follow(block: CommandBlock | KeyBlock): Promise<void> {
    const terminal = this.#terminalOf(block.terminal);
    if (block.kind === 'commands') await this.#type(block, terminal);
    else await this.#press(block, terminal);
  }

  /** Ctrl-C wherever something still stays in front, as nobody leaves a machine otherwise. */
  async close(): Promise<void> {
    for (const terminal of this.#terminals.values()) {
      if (terminal.outcome !== null) continue;
      await terminal.pressCtrlC();
      await terminal.until(() => terminal.outcome !== null, CLOSE_TIMEOUT_MS);
    }
    for (const terminal of this.#terminals.values()) terminal.close();
  }

  async #type(block: CommandBlock, terminal: Terminal): Promise<void> {
    if (terminal.outcome === null) {
      throw new DocumentError(block, 'something still runs in this terminal: press Ctrl-C there first.');
    }
    this.#launch.onText(`\n${block.document}:${block.line}\n${block.script.replace(/^/gm, '$ ')}\n`);
    await terminal.begin(block.script, block.line);
    const { mayStay, expected } = block;
    const isReady = () => mayStay && expected !== null && firstMissingLine(expected, terminal.shown) === null;
    await terminal.until(() => terminal.outcome !== null || isReady(), COMMANDS_TIMEOUT_MS);
    if (terminal.outcome !== null || !isReady()) checkEnd(block, terminal);
  }

  async #press(block: KeyBlock, terminal: Terminal): Promise<void> {
    this.#launch.onText(`\n${block.document}:${block.line}\n^C\n`);
    if (!(await terminal.pressCtrlC())) throw failure(block, 'nothing runs in this terminal.', terminal);
    await terminal.until(() => terminal.outcome !== null, CLOSE_TIMEOUT_MS);
    checkEnd(block, terminal);
  }

  #terminalOf(name: string): Terminal {
    const known = this.#terminals.get(name);
    if (known !== undefined) return known;
    const terminal = new Terminal({ ...this.#launch, onOutput: this.#launch.onText });
    this.#terminals.set(name, terminal);
    return terminal;
  }
}

/**
 * Runs the blocks of documents in their order. Throws `DocumentError` with place, commands' end and what was shown
 * at the first that fails, or that shows something else than the document.
 */
export async function runBlocks(blocks: readonly Block[], launch: RunLaunch): Promise<void> {
  const reader = new Reader(launch);
  try {
    for (const block of blocks) {
      if (block.kind === 'skipped')
        launch.onText(`\n${block.document}:${block.line} not run: ${block.reason}\n`);
      else await reader.follow(block);
    }
  } finally {
    await reader.close();
  }
}
