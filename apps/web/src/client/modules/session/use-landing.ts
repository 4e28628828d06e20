import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ownPath } from '../../../shared/next-path.ts';
import { paths } from '../../lib/path-builder.ts';
import { useTRPC } from '../../lib/trpc.ts';

/**
 * Goes on as soon as somebody is signed in: to `returnTo` where that is a place of ours, else to the start page of
 * their role. Answers the session's query.
 */
export function useLanding(returnTo: string | undefined) {
  const navigate = useNavigate();
  const session = useQuery(useTRPC().public.session.queryOptions());
  const role = session.data?.viewer?.role;
  useEffect(() => {
    if (role === undefined) return;
    const start = role === 'admin' ? paths.fleet() : paths.customerInstances();
    void navigate({ href: ownPath(returnTo) ?? start, replace: true });
  }, [role, returnTo, navigate]);
  return session;
}
