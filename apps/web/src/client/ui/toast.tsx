import { CircleCheck, Info, OctagonAlert } from 'lucide-react';
import { Toaster as Sonner, toast } from 'sonner';

const SHOWN_MS = 6_000;
/** A failure stays until it is put away: it must not be missed. */
const UNTIL_CLOSED = Number.POSITIVE_INFINITY;

/** Once, in the app. Reached by Alt+T, and read out politely. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      closeButton
      visibleToasts={4}
      icons={{
        success: <CircleCheck aria-hidden="true" className="size-4 text-positive-text" />,
        error: <OctagonAlert aria-hidden="true" className="size-4 text-danger-text" />,
        info: <Info aria-hidden="true" className="size-4 text-accent-text" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start font-sans gap-2.5 rounded-lg border border-border bg-surface-raised py-3 pr-9 pl-3.5 text-sm text-text shadow-floating md:w-[22rem]',
          icon: 'mt-0.5 shrink-0',
          title: 'font-medium',
          description: 'text-muted',
          closeButton:
            'absolute top-2 right-2 inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-surface-sunken hover:text-text',
        },
      }}
    />
  );
}

/** How an action of the user ended. `id`: a later toast of the same id takes its place. */
export const notify = {
  success: (title: string, description?: string, id?: string) =>
    toast.success(title, { description, duration: SHOWN_MS, ...(id === undefined ? {} : { id }) }),
  failure: (title: string, description?: string, id?: string) =>
    toast.error(title, { description, duration: UNTIL_CLOSED, ...(id === undefined ? {} : { id }) }),
  info: (title: string, description?: string, id?: string) =>
    toast.info(title, { description, duration: SHOWN_MS, ...(id === undefined ? {} : { id }) }),
};
