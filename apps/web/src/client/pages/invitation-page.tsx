import { Page } from '../components/page.tsx';

export function InvitationPage() {
  return <Page title="Choose your password">{null}</Page>;
}
