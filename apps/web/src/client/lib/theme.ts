/** The chosen theme: kept in the browser, put on the page by public/theme.js before the first paint. */
import { useSyncExternalStore } from 'react';

const STORAGE_KEY = 'kiloclaw-theme';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** What stands in storage as a choice; anything unknown is the system's theme. */
export function parseThemeChoice(stored: string | null): ThemeChoice {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

const listeners = new Set<() => void>();
/** Where storage is refused, the choice holds until the page is left. */
let chosenHere: ThemeChoice | null = null;

function readChoice(): ThemeChoice {
  if (chosenHere !== null) return chosenHere;
  try {
    return parseThemeChoice(localStorage.getItem(STORAGE_KEY));
  } catch {
    return 'system';
  }
}

function show(choice: ThemeChoice): void {
  const { dataset } = document.documentElement;
  if (choice === 'system') delete dataset.theme;
  else dataset.theme = choice;
}

/** Shows the theme at once, in this tab and in the others, and keeps it. */
export function chooseTheme(choice: ThemeChoice): void {
  chosenHere = choice;
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Private windows may refuse storage.
  }
  show(choice);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== STORAGE_KEY) return;
    chosenHere = parseThemeChoice(event.newValue);
    show(chosenHere);
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, readChoice, () => 'system');
}
