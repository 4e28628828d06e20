import { CircleCheck, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cn } from '../lib/cn.ts';
import { TONE_CLASSES, TONE_TEXT, type Tone } from './tone.ts';

const ICONS: Record<Tone, ReactNode> = {
  neutral: <Info />,
  accent: <Info />,
  positive: <CircleCheck />,
  warning: <TriangleAlert />,
  danger: <OctagonAlert />,
  lent: <TriangleAlert />,
};

interface AlertProps {
  tone?: Tone;
  /** Instead of the tone's own. */
  icon?: ReactNode;
  /** A heading: the alert is then a region that is found by it. */
  title?: string;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/**
 * A full-width notice that belongs to the page. Not a live region: what appears because of something that the user did
 * is told by `FormError` or a toast.
 */
export function Alert({ tone = 'neutral', icon, title, actions, className, children }: AlertProps) {
  const id = useId();
  const Element = title === undefined ? 'div' : 'section';
  return (
    <Element
      {...(title === undefined ? {} : { 'aria-labelledby': id })}
      className={cn('flex w-full gap-3 rounded-lg border px-4 py-3', TONE_CLASSES[tone], className)}
    >
      <span aria-hidden="true" className={cn('mt-0.5 [&_svg]:size-4', TONE_TEXT[tone])}>
        {icon ?? ICONS[tone]}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 max-w-prose flex-1 basis-64">
          {title === undefined ? null : (
            <h2 id={id} className="font-semibold text-sm">
              {title}
            </h2>
          )}
          <div className="break-words text-sm text-text">{children}</div>
        </div>
        {actions}
      </div>
    </Element>
  );
}
