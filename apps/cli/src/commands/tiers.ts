import type { Cli } from '../cli.ts';
import { toned } from '../output/cells.ts';
import { diskWords, sizeWords } from '../output/hardware-words.ts';
import type { Program } from '../root.ts';

export function addTiers(program: Program, cli: Cli): void {
  program
    .command('tiers')
    .description('the catalog of tiers, and the presets of a size override')
    .addHelpText('after', '\nExamples:\n  kiloclaw tiers\n  kiloclaw tiers --json')
    .action(async () => {
      const api = await cli.api();
      const { body } = await api.call('tiers', {});
      const isPreset = new Set(body.presets.map(({ key }) => key));
      cli.output.answer(body, (screen) =>
        screen.table(
          ['tier', 'machine', 'disk', 'offered', 'can be lent'],
          body.tiers.map(({ key, machineSize, volumeSizeGb, offered }) => [
            key === body.default ? toned('strong', `${key} (default)`) : key,
            sizeWords(machineSize),
            diskWords(volumeSizeGb),
            offered ? 'yes' : toned('faint', 'legacy'),
            isPreset.has(key) ? 'yes' : toned('faint', 'no'),
          ]),
        ),
      );
    });
}
