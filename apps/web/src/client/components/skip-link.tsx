export const MAIN_ID = 'main';

/** The first thing that Tab finds. */
export function SkipLink() {
  return (
    <a
      href={`#${MAIN_ID}`}
      className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-on-accent text-sm focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:px-3 focus:py-2"
    >
      Skip to content
    </a>
  );
}
