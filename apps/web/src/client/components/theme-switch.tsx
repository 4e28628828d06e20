import { Monitor, Moon, Sun } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { chooseTheme, THEME_CHOICES, type ThemeChoice, useThemeChoice } from '../lib/theme.ts';

const CHOICES: Record<ThemeChoice, { label: string; icon: ReactNode }> = {
  system: { label: 'System theme', icon: <Monitor aria-hidden="true" /> },
  light: { label: 'Light theme', icon: <Sun aria-hidden="true" /> },
  dark: { label: 'Dark theme', icon: <Moon aria-hidden="true" /> },
};

export function ThemeSwitch() {
  const chosen = useThemeChoice();
  const name = useId();
  return (
    <fieldset className="inline-flex rounded-md border border-border bg-surface p-0.5">
      <legend className="sr-only">Theme</legend>
      {THEME_CHOICES.map((choice) => (
        <label
          key={choice}
          title={CHOICES[choice].label}
          className="relative inline-flex h-7 w-8 items-center justify-center rounded-sm text-muted hover:text-text has-checked:bg-surface-raised has-checked:text-text has-checked:shadow-raised has-checked:ring-1 has-checked:ring-border has-focus-visible:outline-2 has-focus-visible:outline-focus [&_svg]:pointer-events-none [&_svg]:size-4"
        >
          <input
            type="radio"
            name={name}
            aria-label={CHOICES[choice].label}
            checked={choice === chosen}
            onChange={() => chooseTheme(choice)}
            className="absolute inset-0 cursor-pointer appearance-none outline-none"
          />
          {CHOICES[choice].icon}
        </label>
      ))}
    </fieldset>
  );
}
