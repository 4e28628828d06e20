import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { AppShell } from './components/app-shell.tsx';
import { BareShell } from './components/bare-shell.tsx';
import { NotFoundPage } from './components/message-page.tsx';
import { Page } from './components/page.tsx';
import { RouteError } from './components/route-error.tsx';
import { parseSearch, stringifySearch } from './lib/search-params.ts';

const rootRoute = createRootRoute({
  component: () => (
    <AppShell user={{ name: null, email: 'alice@example.com', role: 'admin' }} onSignOut={() => undefined}>
      <Outlet />
    </AppShell>
  ),
});

const fleetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  component: () => <Page title="Fleet">{null}</Page>,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([fleetRoute]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: () => (
    <BareShell>
      <NotFoundPage />
    </BareShell>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
