import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { NotFoundPage } from '../../components/message-page.tsx';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { paths } from '../../lib/path-builder.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { PersonDetail } from '../../modules/people/person-detail.tsx';
import { buttonStyle } from '../../ui/button-style.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

const REFRESH_MS = 15_000;
/** An address with something else than an id in it is nobody’s either. */
const NOBODY = ['person_not_found', 'invalid_request'];
const BREADCRUMBS = [{ label: 'People', href: paths.people() }];

export function PersonPage() {
  const { userId } = useParams({ from: '/admin/people/$userId' });
  const person = useQuery(
    useTRPC().admin.people.get.queryOptions({ userId }, { refetchInterval: REFRESH_MS }),
  );
  const failure = person.error === null ? null : failureOf(person.error);
  if (person.data !== undefined) return <PersonDetail key={userId} answer={person.data} failure={failure} />;
  if (failure === null) {
    return (
      <Page title="Person" breadcrumbs={BREADCRUMBS}>
        <Card aria-busy="true" className="flex flex-col gap-4 p-4">
          <Skeleton className="w-1/4" />
          <Skeleton className="h-24" />
        </Card>
      </Page>
    );
  }
  if (NOBODY.includes(failure.code)) {
    return (
      <NotFoundPage
        action={
          <AppLink href={paths.people()} className={buttonStyle()}>
            Go to the people
          </AppLink>
        }
      />
    );
  }
  return (
    <Page title="Person" breadcrumbs={BREADCRUMBS}>
      <ErrorState {...failure} onRetry={() => void person.refetch()} retrying={person.isFetching} />
    </Page>
  );
}
