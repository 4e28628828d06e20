/** What every command is given: the options that stand before all of them, its streams, its way to the API. */
import { type Api, createApi } from './api/api.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createOutput, type Output } from './output/output.ts';
import { isInTheClear } from './profiles/api-address.ts';
import { findConnection } from './profiles/connection.ts';
import { openProfileStore } from './profiles/profile-store.ts';
import type { Surroundings } from './surroundings.ts';

export interface GlobalOptions {
  readonly json?: true | undefined;
  readonly profile?: string | undefined;
}

export class Cli {
  readonly surroundings: Surroundings;
  readonly output: Output;
  /** What the process ends with where nothing was thrown. */
  exitCode: ExitCode = EXIT.ok;
  #options: () => GlobalOptions = () => ({});
  #api: Promise<Api> | undefined;

  constructor(surroundings: Surroundings, isJson: () => boolean) {
    this.surroundings = surroundings;
    this.output = createOutput(surroundings, isJson);
  }

  /** Told once by the program: they are read only when a command runs. */
  readOptionsFrom(options: () => GlobalOptions): void {
    this.#options = options;
  }

  get options(): GlobalOptions {
    return this.#options();
  }

  /** Whether somebody sits there who can be shown a plan and asked. */
  get isInteractive(): boolean {
    const { stdin, stderr } = this.surroundings;
    return stdin.isTTY === true && stderr.isTTY === true && this.options.json !== true;
  }

  /** The control plane that this command speaks to. Throws a `CliError` where none is known. */
  api(): Promise<Api> {
    this.#api ??= this.#connect();
    return this.#api;
  }

  async #connect(): Promise<Api> {
    const { notes } = this.output;
    const connection = await findConnection(this.surroundings, this.options.profile);
    const store = openProfileStore(this.surroundings);
    if (connection.profileName !== null && (await store.isOpenToOthers()))
      notes.line(`warning: others can read the keys in ${store.path}: chmod 600 it.`);
    if (isInTheClear(connection.apiUrl))
      notes.line(`warning: ${connection.apiUrl} is not https: the key can be read on its way.`);
    return createApi(connection, this.surroundings);
  }
}
