import { Page } from '../../components/page.tsx';

export function OverridesPage() {
  return <Page title="Overrides">{null}</Page>;
}
