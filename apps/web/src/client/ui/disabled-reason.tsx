import { type MouseEvent, type ReactElement, useId, useState } from 'react';
import { Tooltip } from './tooltip.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

interface RefusedProps {
  'aria-disabled': true;
  'aria-describedby': string | undefined;
  onClick: (event: MouseEvent) => void;
}

/**
 * Around a button that may be refused: it keeps the focus, so that a keyboard finds the reason; a click does nothing but
 * show it, since a finger has no other way to a tooltip. Whether it is refused or not, it stays the same element: one
 * that took its place would not have the focus.
 */
export function DisabledReason({
  reason,
  children,
}: {
  reason: string | undefined;
  children: (refused: RefusedProps | null) => ReactElement;
}) {
  const id = useId();
  const [wantsOpen, setOpen] = useState(false);
  const open = wantsOpen && reason !== undefined;
  const refused: RefusedProps = {
    'aria-disabled': true,
    // While it is open the tooltip itself describes the button: the reason is not read out twice.
    'aria-describedby': open ? undefined : id,
    onClick: (event) => {
      // Also keeps the tooltip from closing, as it would on a click.
      event.preventDefault();
      setOpen(true);
    },
  };
  return (
    <>
      <Tooltip content={reason} open={open} onOpenChange={setOpen}>
        {children(reason === undefined ? null : refused)}
      </Tooltip>
      {reason === undefined ? null : <VisuallyHidden id={id}>{reason}</VisuallyHidden>}
    </>
  );
}
