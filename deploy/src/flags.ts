/** What may be written behind `npm run deploy --`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DeployError } from './deploy-error.ts';

export const USAGE = `Puts KiloClaw on Cloudflare, or brings it to this checkout's version.

npm run deploy -- [flags]
  --env-file FILE   read settings from it too (may be repeated; a later one counts over an earlier one, and the
                    environment over all of them)
  --dry-run         check the settings, build everything, show the plan, and change nothing
  --renew-database-passwords
                    give the Workers' users of the database new passwords
  --help            show this

It tells its steps first. One that fails stops the rest; running it again goes on. See docs/deploy.md.
`;

export interface Flags {
  /** Absolute. */
  readonly envFiles: readonly string[];
  readonly dryRun: boolean;
  readonly renewPasswords: boolean;
  readonly help: boolean;
}

/** Throws `DeployError` for what is not understood. `from` is the folder that relative paths are meant from. */
export function readFlags(args: readonly string[], from: string): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'env-file': { type: 'string', multiple: true, default: [] },
        'dry-run': { type: 'boolean', default: false },
        'renew-database-passwords': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      envFiles: values['env-file'].map((file) => resolve(from, file)),
      dryRun: values['dry-run'],
      renewPasswords: values['renew-database-passwords'],
      help: values.help,
    };
  } catch (error) {
    const [reason = 'The flags are not understood'] = error instanceof Error ? error.message.split('. ') : [];
    throw new DeployError(`${reason}: see "npm run deploy -- --help".`);
  }
}
