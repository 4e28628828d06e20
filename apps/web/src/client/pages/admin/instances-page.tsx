import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Page } from '../../components/page.tsx';
import { paths } from '../../lib/path-builder.ts';
import { ExportFound, InstanceTable } from '../../modules/instances/list/instance-table.tsx';
import { Button } from '../../ui/button.tsx';

const NewInstanceDialog = lazy(async () => ({
  default: (await import('../../modules/instances/dialogs/new-instance-dialog.tsx')).NewInstanceDialog,
}));

export function InstancesPage() {
  const navigate = useNavigate();
  const [isMaking, setMaking] = useState(false);
  return (
    <Page
      title="Instances"
      actions={
        <>
          <ExportFound />
          <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
            New instance
          </Button>
        </>
      }
    >
      <InstanceTable onNew={() => setMaking(true)} />
      {isMaking ? (
        <Suspense fallback={null}>
          <NewInstanceDialog
            open
            onOpenChange={setMaking}
            onCreated={({ userId, instanceId }) =>
              void navigate({ href: paths.adminInstance(instanceId), state: { madeFor: userId } })
            }
          />
        </Suspense>
      ) : null}
    </Page>
  );
}
