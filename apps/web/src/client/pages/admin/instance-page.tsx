import { Page } from '../../components/page.tsx';

export function InstancePage() {
  return <Page title="Instance">{null}</Page>;
}
