import { Page } from '../../components/page.tsx';

export function InstancesPage() {
  return <Page title="Instances">{null}</Page>;
}
