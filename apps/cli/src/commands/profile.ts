import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { toned } from '../output/cells.ts';
import { findConnection } from '../profiles/connection.ts';
import { openProfileStore, type Profiles } from '../profiles/profile-store.ts';
import type { Program } from '../root.ts';

export function addProfile(program: Program, cli: Cli): void {
  const profile = program.command('profile').description('the control planes that `kiloclaw login` keeps');
  profile
    .command('list')
    .description('every profile, and which one is in use')
    .action(async () => {
      const { current, profiles } = await openProfileStore(cli.surroundings).read();
      const listed = Object.entries(profiles).map(([name, { apiUrl, asAdmin }]) => ({
        name,
        apiUrl,
        asAdmin: asAdmin ?? null,
        isCurrent: name === current,
      }));
      cli.output.answer({ profiles: listed }, (screen) =>
        screen.table(
          ['profile', 'address', 'as admin', 'in use'],
          listed.map(({ name, apiUrl, asAdmin, isCurrent }) => [
            name,
            apiUrl,
            asAdmin,
            isCurrent ? toned('good', 'yes') : 'no',
          ]),
        ),
      );
    });
  profile
    .command('use')
    .description('use a profile from now on')
    .argument('<name>', 'the profile')
    .addHelpText('after', '\nExample:\n  kiloclaw profile use production')
    .action(async (name) => {
      const store = openProfileStore(cli.surroundings);
      const profiles = await store.read();
      requireProfile(profiles, name);
      await store.write({ ...profiles, current: name });
      cli.output.answer({ current: name }, (screen) => screen.line(`Profile '${name}' is in use.`));
    });
  profile
    .command('remove')
    .description('forget a profile and its key')
    .argument('<name>', 'the profile')
    .addHelpText('after', '\nExample:\n  kiloclaw profile remove trial')
    .action(async (name) => {
      const store = openProfileStore(cli.surroundings);
      const { current, profiles } = await store.read();
      requireProfile({ current, profiles }, name);
      const { [name]: _removed, ...kept } = profiles;
      await store.write({ current: current === name ? null : current, profiles: kept });
      cli.output.answer({ removed: name }, (screen) => screen.line(`Profile '${name}' is forgotten.`));
    });
  profile
    .command('show')
    .description('what a command would use now, without the key')
    .action(async () => {
      const {
        apiUrl,
        asAdmin = null,
        source,
        profileName,
      } = await findConnection(cli.surroundings, cli.options.profile);
      cli.output.answer({ apiUrl, asAdmin, source, profile: profileName }, (screen) =>
        screen.pairs([
          ['address', apiUrl],
          ['from', source],
          ['as admin', asAdmin],
        ]),
      );
    });
}

function requireProfile({ profiles }: Profiles, name: string): void {
  if (!Object.hasOwn(profiles, name))
    throw usageError(`There is no profile '${name}'.`, 'See `kiloclaw profile list`.');
}
