/** What a colour means. `lent` is the amber of hardware that an admin lent, and of nothing else. */
export type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'danger' | 'lent';

/** Text, ground and border of a tone; they go together. */
export const TONE_CLASSES: Record<Tone, string> = {
  neutral: 'border-border bg-surface-sunken text-muted',
  accent: 'border-accent-border bg-accent-soft text-accent-text',
  positive: 'border-positive-border bg-positive-soft text-positive-text',
  warning: 'border-warning-border bg-warning-soft text-warning-text',
  danger: 'border-danger-border bg-danger-soft text-danger-text',
  lent: 'border-lent-border bg-lent-soft text-lent-text',
};

/** The text colour of a tone alone. */
export const TONE_TEXT: Record<Tone, string> = {
  neutral: 'text-muted',
  accent: 'text-accent-text',
  positive: 'text-positive-text',
  warning: 'text-warning-text',
  danger: 'text-danger-text',
  lent: 'text-lent-text',
};
