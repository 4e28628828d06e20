import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { Tooltip } from './tooltip.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

const SHOWN_MS = 2_000;

type CopyState = 'idle' | 'copied' | 'refused';

function useCopy(text: string): [CopyState, () => void] {
  const [state, setState] = useState<CopyState>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    // Absent on a page that was not served over HTTPS or from this machine.
    const { clipboard } = navigator as { clipboard?: Clipboard };
    if (clipboard === undefined) return setState('refused');
    clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return [state, copy];
}

const ANNOUNCED: Record<CopyState, string> = {
  idle: '',
  copied: 'Copied',
  refused: 'Your browser refused to copy: select the text instead',
};

interface CopyableIdProps {
  id: string;
  /** What it is the id of: the button is called `Copy instance id` and the id. */
  noun: string;
  /** Shown instead of the whole id, which is copied all the same. */
  short?: string;
  className?: string;
}

/** An id that a click copies. */
export function CopyableId({ id, noun, short, className }: CopyableIdProps) {
  const [state, copy] = useCopy(id);
  const hint = short === undefined ? `Copy ${noun}` : `Copy ${noun} ${id}`;
  return (
    <>
      <Tooltip content={state === 'idle' ? hint : ANNOUNCED[state]}>
        <button
          type="button"
          onClick={copy}
          className={cn(
            'group -mx-1 inline-flex min-h-6 min-w-0 max-w-[calc(100%+0.5rem)] items-center gap-1 rounded-sm px-1 hover:bg-surface-sunken',
            className,
          )}
        >
          <VisuallyHidden>Copy {noun} </VisuallyHidden>
          <span className="truncate font-mono text-xs">{short ?? id}</span>
          <CopyIcon copied={state === 'copied'} />
        </button>
      </Tooltip>
      <Announcement state={state} />
    </>
  );
}

/** Copies what the page shows elsewhere. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, copy] = useCopy(text);
  return (
    <>
      <Tooltip content={state === 'idle' ? label : ANNOUNCED[state]}>
        <button
          type="button"
          aria-label={label}
          onClick={copy}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-surface-sunken"
        >
          <CopyIcon copied={state === 'copied'} />
        </button>
      </Tooltip>
      <Announcement state={state} />
    </>
  );
}

function CopyIcon({ copied }: { copied: boolean }) {
  return copied ? (
    <Check aria-hidden="true" className="size-3.5 shrink-0 text-positive-text" />
  ) : (
    <Copy aria-hidden="true" className="size-3.5 shrink-0 text-muted" />
  );
}

function Announcement({ state }: { state: CopyState }) {
  return (
    <span role="status" className="sr-only">
      {ANNOUNCED[state]}
    </span>
  );
}
