/** Every page at its address; each is loaded when it is first gone to. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AppLink } from './components/app-link.tsx';
import { BareShell } from './components/bare-shell.tsx';
import { NotFoundPage } from './components/message-page.tsx';
import { RouteError } from './components/route-error.tsx';
import { paths } from './lib/path-builder.ts';
import { parseSearch, stringifySearch } from './lib/search-params.ts';
import { AdminLayout, CustomerLayout } from './pages/layouts.tsx';
import { buttonStyle } from './ui/button-style.ts';

const root = createRootRoute({
  notFoundComponent: () => (
    <BareShell>
      <NotFoundPage />
    </BareShell>
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation-page.tsx'), 'InvitationPage'),
});

const customer = createRoute({ getParentRoute: () => root, id: 'customer', component: CustomerLayout });

const customerInstances = createRoute({
  getParentRoute: () => customer,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/customer/instances-page.tsx'), 'CustomerInstancesPage'),
});

const customerInstance = createRoute({
  getParentRoute: () => customer,
  path: '/instances/$instanceId',
  component: lazyRouteComponent(() => import('./pages/customer/instance-page.tsx'), 'CustomerInstancePage'),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: AdminLayout,
  notFoundComponent: () => (
    <NotFoundPage
      action={
        <AppLink href={paths.fleet()} className={buttonStyle()}>
          Go to the fleet
        </AppLink>
      }
    />
  ),
});

const fleet = createRoute({
  getParentRoute: () => admin,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/admin/fleet-page.tsx'), 'FleetPage'),
});

const instances = createRoute({
  getParentRoute: () => admin,
  path: '/instances',
  component: lazyRouteComponent(() => import('./pages/admin/instances-page.tsx'), 'InstancesPage'),
});

const instance = createRoute({
  getParentRoute: () => admin,
  path: '/instances/$instanceId',
  component: lazyRouteComponent(() => import('./pages/admin/instance-page.tsx'), 'InstancePage'),
});

const overrides = createRoute({
  getParentRoute: () => admin,
  path: '/overrides',
  component: lazyRouteComponent(() => import('./pages/admin/overrides-page.tsx'), 'OverridesPage'),
});

const audit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  component: lazyRouteComponent(() => import('./pages/admin/audit-page.tsx'), 'AuditPage'),
});

const people = createRoute({
  getParentRoute: () => admin,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/admin/people-page.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => admin,
  path: '/people/$userId',
  component: lazyRouteComponent(() => import('./pages/admin/person-page.tsx'), 'PersonPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    invitation,
    customer.addChildren([customerInstances, customerInstance]),
    admin.addChildren([fleet, instances, instance, overrides, audit, people, person]),
  ]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: () => <NotFoundPage />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
