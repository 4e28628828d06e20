import { useParams } from '@tanstack/react-router';
import { paths } from '../../lib/path-builder.ts';
import { OwnInstance } from '../../modules/customer/own-instance.tsx';

export function CustomerInstancePage() {
  const { instanceId } = useParams({ from: '/customer/instances/$instanceId' });
  return (
    <OwnInstance
      key={instanceId}
      instanceId={instanceId}
      breadcrumbs={[{ label: 'Your instances', href: paths.customerInstances() }]}
    />
  );
}
