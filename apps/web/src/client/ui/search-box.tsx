import { Search, X } from 'lucide-react';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { controlStyle } from './control-style.ts';

const SETTLE_MS = 250;

interface SearchBoxProps {
  /** Its accessible name, and its placeholder. */
  label: string;
  /** What is searched for now, as the URL holds it. */
  value: string;
  /** Called once typing has paused, and at once on Enter, on leaving the box or when cleared. */
  onSearch: (text: string) => void;
  className?: string;
}

export function SearchBox({ label, value, onSearch, className }: SearchBoxProps) {
  const { text, type, search } = useSettledText(value, onSearch);
  const input = useRef<HTMLInputElement>(null);
  return (
    <search className={cn('relative min-w-0', className)}>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted"
      />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={(event: ChangeEvent<HTMLInputElement>) => type(event.target.value)}
        // Whoever clicks a link now must not be overtaken by what is still to settle.
        onBlur={() => search(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search(text);
          if (event.key === 'Escape' && text !== '') search('');
        }}
        className={cn(controlStyle, 'h-9 pr-8 pl-8 [&::-webkit-search-cancel-button]:appearance-none')}
      />
      {text === '' ? null : (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => {
            search('');
            input.current?.focus();
          }}
          className="absolute inset-y-0 right-1.5 my-auto inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-surface-sunken hover:text-text"
        >
          <X aria-hidden="true" className="size-3.5" />
        </button>
      )}
    </search>
  );
}

/** What is being typed, told when it has settled. A change of `value` from outside (Back, a link) replaces the text. */
function useSettledText(value: string, onSearch: (text: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const latest = useRef(onSearch);
  useEffect(() => {
    latest.current = onSearch;
  });
  useEffect(() => {
    // Our own word coming back from the URL must not overwrite what was typed since.
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      latest.current(text);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const search = (next: string) => {
    setText(next);
    if (next === told.current) return;
    told.current = next;
    onSearch(next);
  };
  return { text, type: setText, search };
}
