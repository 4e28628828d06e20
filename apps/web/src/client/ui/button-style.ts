import { cva } from 'class-variance-authority';

/** How a button looks; also for links that stand among buttons. */
export const buttonStyle = cva(
  [
    'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium',
    'transition-colors duration-100 aria-disabled:cursor-not-allowed [&_svg]:shrink-0',
  ],
  {
    variants: {
      variant: {
        primary:
          'bg-accent text-on-accent hover:bg-accent-hover aria-disabled:bg-surface-sunken aria-disabled:text-muted',
        secondary:
          'border border-border-strong/60 bg-surface-raised text-text shadow-raised hover:bg-surface-sunken aria-disabled:border-border aria-disabled:bg-surface aria-disabled:text-muted aria-disabled:shadow-none',
        ghost: 'text-text hover:bg-surface-sunken aria-disabled:bg-transparent aria-disabled:text-muted',
        danger:
          'bg-danger text-on-accent hover:bg-danger-hover aria-disabled:bg-surface-sunken aria-disabled:text-muted',
        'danger-outline':
          'border border-danger-border bg-surface-raised text-danger-text hover:bg-danger-soft aria-disabled:border-border aria-disabled:bg-surface aria-disabled:text-muted',
        lent: 'bg-lent text-on-accent hover:bg-lent-hover aria-disabled:bg-surface-sunken aria-disabled:text-muted',
      },
      size: {
        sm: 'h-7 px-2.5 text-xs [&_svg]:size-3.5',
        md: 'h-8 px-3 text-sm [&_svg]:size-4',
        lg: 'h-10 px-4 text-base [&_svg]:size-4',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);
