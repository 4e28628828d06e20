import { Page } from '../../components/page.tsx';

export function CustomerInstancesPage() {
  return <Page title="Your instances">{null}</Page>;
}
