import { Page } from '../../components/page.tsx';

export function CustomerInstancePage() {
  return <Page title="Instance">{null}</Page>;
}
