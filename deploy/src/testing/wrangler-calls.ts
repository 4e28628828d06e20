/** What the stand-in for wrangler is told to do, and what it has been asked. */

export interface Behaviour {
  /** As `commandOf` names it. */
  readonly failAt: string | null;
  /** What it says when it fails. */
  readonly echo: string;
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly signIn: object;
  /** Names of secrets that are there, by Worker. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

export interface WranglerCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Of the pipe, or of the file that `--secrets-file` names. */
  readonly input: string;
  readonly config: Readonly<Record<string, unknown>> | null;
}

/** Such as `whoami`, or `deploy of kiloclaw-web`. */
export function commandOf(args: readonly string[], worker: string | null): string {
  const words = args.slice(
    0,
    args.findIndex((word) => word.startsWith('--')),
  );
  const name = args.includes('--dry-run') ? 'build' : words.join(' ');
  return worker === null ? name : `${name} of ${worker}`;
}
