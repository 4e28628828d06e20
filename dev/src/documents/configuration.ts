/** `docs/configuration.md`: every variable, from the schemas that read it. */
import { SettingsSchema as ControlPlaneSchema } from '@kiloclaw/control-plane/settings';
import { describeSettings, type SettingDescription, type SettingShape } from '@kiloclaw/settings';
import { SettingsSchema as ConsoleSchema } from '@kiloclaw/web/settings';
import { StartSettingsSchema } from '../start-settings.ts';

/** By the program that reads them. */
export const SETTING_SHAPES: Readonly<Record<string, SettingShape>> = {
  'control plane': ControlPlaneSchema.shape,
  console: ConsoleSchema.shape,
  '`npm start`': StartSettingsSchema.shape,
};

const INTRODUCTION = `# Configuration

<!-- Made from the schemas by "npm run documents": change those, not this file. -->

Variables of the environment, or bindings of the Workers. An empty value counts as absent. A wrong one ends the start with
a sentence that names the variable and never its value. One that looks like ours and is none is told at the start, with
the name that is nearest.

What is *needed* has no default: \`npm start\` makes it in development, in production it has to be given. A *secret* is in
no log, no error and no answer; how each is made and changed stands in [SECURITY.md](../SECURITY.md). The flags of
\`npm start\` stand in the [README](../README.md#two-commands).
`;

export function renderConfiguration(): string {
  const groups = Map.groupBy(describeSettings(SETTING_SHAPES), ({ group }) => group);
  const tables = [...groups].map(([group, settings]) => table(group, settings));
  return [INTRODUCTION, ...tables].join('\n');
}

function table(group: string, settings: readonly SettingDescription[]): string {
  const rows = settings.map(({ name, means, unit, otherwise, isNeeded, isSecret, readBy }) =>
    [
      `\`${name}\``,
      `${means}${isSecret ? ' *(secret)*' : ''}`,
      unit ?? '',
      isNeeded ? '*needed*' : otherwise,
      readBy.join(', '),
    ].map(cell),
  );
  const head = [
    ['variable', 'means', 'unit', 'default', 'read by'],
    ['---', '---', '---', '---', '---'],
  ];
  const lines = [...head, ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `## ${group}\n\n${lines.join('\n')}\n`;
}

/** A bar or a line break would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
