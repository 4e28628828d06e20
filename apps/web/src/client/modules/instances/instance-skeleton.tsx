import { Page } from '../../components/page.tsx';
import { paths } from '../../lib/path-builder.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

/** Holds the place of an instance; `title` is its name where that is known already. */
export function InstanceSkeleton({ title }: { title: string }) {
  return (
    <Page title={title} breadcrumbs={[{ label: 'Instances', href: paths.adminInstances() }]}>
      <div aria-busy="true" className="flex flex-col gap-5">
        <span className="sr-only">Loading the instance</span>
        <Skeleton className="h-8 w-full max-w-3xl" />
        <Skeleton className="h-56" />
        <Skeleton className="h-40" />
      </div>
    </Page>
  );
}
