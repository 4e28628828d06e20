import type { ProvidersView } from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import { toned } from '../output/cells.ts';
import type { Program } from '../root.ts';

type Capabilities = ProvidersView['providers'][number]['capabilities'];

function capabilityWords({ resize, sizeOverride, extendVolume, resizeNeedsStop }: Capabilities): string {
  const words = [
    ...(resize ? [resizeNeedsStop ? 'resize (stopped)' : 'resize'] : []),
    ...(sizeOverride ? ['size override'] : []),
    ...(extendVolume ? ['volume extend'] : []),
  ];
  return words.join(', ');
}

export function addProviders(program: Program, cli: Cli): void {
  program
    .command('providers')
    .description('the providers that this control plane has settings for')
    .addHelpText('after', '\nExample:\n  kiloclaw providers')
    .action(async () => {
      const api = await cli.api();
      const { body } = await api.call('providers', {});
      cli.output.answer(body, (screen) =>
        screen.table(
          ['provider', 'can', 'kind'],
          body.providers.map(({ id, capabilities, sandbox }) => [
            id === body.default ? toned('strong', `${id} (default)`) : id,
            capabilityWords(capabilities),
            sandbox ? toned('warn', 'simulated') : 'real',
          ]),
        ),
      );
    });
}
