import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { parseSearch } from '../lib/search-params.ts';

interface AppLinkProps extends Omit<ComponentProps<'a'>, 'href' | 'target'> {
  /** From `paths`. */
  href: string;
  /** Where the link stands for the page it is on, whatever the page's search says. */
  exact?: boolean;
  /** Keeps the place on the page: for what changes the view and not the page. */
  keepScroll?: boolean;
}

/** A link within the app. Has `aria-current="page"` and `data-status="active"` on the page that it leads to. */
export function AppLink({ href, exact = false, keepScroll = false, ...rest }: AppLinkProps) {
  // The origin is nobody's: it only makes a path into a URL that can be taken apart.
  const { pathname, search, hash } = new URL(href, 'https://app.invalid');
  return (
    <Link
      {...rest}
      to={pathname}
      search={parseSearch(search)}
      hash={hash.slice(1)}
      resetScroll={!keepScroll}
      activeOptions={{ exact, includeSearch: false }}
    />
  );
}
