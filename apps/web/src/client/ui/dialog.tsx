import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import { type ReactNode, type SubmitEvent, useRef } from 'react';
import { cn } from '../lib/cn.ts';
import { FormError, type FormFailure } from './form-error.tsx';

const SIZES = { sm: 'md:max-w-md', md: 'md:max-w-xl', lg: 'md:max-w-3xl' } as const;

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** Amber, for what lends hardware. */
  tone?: 'neutral' | 'lent';
  icon?: ReactNode;
  size?: keyof typeof SIZES;
  /** A request is under way: the dialog can't be closed before its answer. */
  busy?: boolean;
  failure?: FormFailure | null;
  /** With it, the body and the footer are a form. */
  onSubmit?: () => void;
  footer: ReactNode;
  children: ReactNode;
}

/** A modal dialog; at 390 px a sheet from below. The body scrolls, title and footer stay in sight. */
export function Dialog({ open, onOpenChange, busy = false, size = 'md', description, ...rest }: DialogProps) {
  const opener = useRef<Element | null>(null);
  const holdWhileBusy = (event: Event) => {
    if (busy) event.preventDefault();
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => (busy && !next ? undefined : onOpenChange(next))}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          aria-busy={busy}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to a trigger of its own only, and these dialogs are opened by state.
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          onEscapeKeyDown={holdWhileBusy}
          // A click beside it would throw away what was typed.
          onInteractOutside={(event) => event.preventDefault()}
          className={cn(
            'fixed z-40 flex flex-col overflow-hidden border border-border bg-surface-raised shadow-floating outline-none',
            'max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[92dvh] max-md:animate-sheet-in max-md:rounded-t-lg',
            'md:inset-0 md:m-auto md:h-fit md:max-h-[min(46rem,calc(100dvh-4rem))] md:w-[calc(100vw-4rem)] md:animate-rise-in md:rounded-lg',
            SIZES[size],
          )}
        >
          <DialogContent {...rest} busy={busy} description={description} />
          {/* Last, so that an opened dialog has its first field focused, or `Cancel`, and not this. */}
          <RadixDialog.Close
            aria-label="Close"
            aria-disabled={busy}
            className="absolute top-3.5 right-3.5 inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-surface-sunken hover:text-text aria-disabled:opacity-60"
          >
            <X aria-hidden="true" className="size-4" />
          </RadixDialog.Close>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

type ContentProps = Omit<DialogProps, 'open' | 'onOpenChange' | 'size' | 'busy'> & { busy: boolean };

function DialogContent({
  title,
  description,
  tone = 'neutral',
  icon,
  busy,
  failure = null,
  onSubmit,
  footer,
  children,
}: ContentProps) {
  const body = (
    <>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        {children}
        <FormError failure={failure} />
      </div>
      <div className="flex flex-wrap justify-end gap-2 border-border border-t bg-surface px-5 py-3 max-md:pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:[&>button]:h-10 max-md:[&>button]:flex-1">
        {footer}
      </div>
    </>
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) onSubmit?.();
  };
  return (
    <>
      <div
        className={cn(
          'flex items-start gap-3 border-border border-b py-4 pr-14 pl-5',
          tone === 'lent' && 'border-lent-border bg-lent-soft',
        )}
      >
        {icon === undefined ? null : (
          <span
            aria-hidden="true"
            className={cn('mt-1 [&_svg]:size-4', tone === 'lent' ? 'text-lent-text' : 'text-muted')}
          >
            {icon}
          </span>
        )}
        <div className="min-w-0 flex-1">
          <RadixDialog.Title className="break-words font-semibold text-lg">{title}</RadixDialog.Title>
          {description === undefined ? null : (
            <RadixDialog.Description className="mt-0.5 text-muted text-sm">
              {description}
            </RadixDialog.Description>
          )}
        </div>
      </div>
      {onSubmit === undefined ? (
        body
      ) : (
        <form noValidate onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
          {body}
        </form>
      )}
    </>
  );
}
