/** The frame that every control with text in it has. */
export const controlStyle =
  'w-full min-w-0 rounded-md border border-border-strong bg-surface-raised px-2.5 text-text text-sm transition-colors duration-100 hover:border-text/60 aria-invalid:border-danger-text disabled:cursor-not-allowed disabled:bg-surface-sunken disabled:text-muted max-md:text-lg';
