import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Page } from '../../components/page.tsx';
import { InviteDialog } from '../../modules/people/invite-dialog.tsx';
import { PeopleTable } from '../../modules/people/people-table.tsx';
import { Button } from '../../ui/button.tsx';

export function PeoplePage() {
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title="People"
      actions={
        <Button variant="primary" icon={<UserPlus aria-hidden="true" />} onClick={() => setInviting(true)}>
          Invite a person
        </Button>
      }
    >
      <PeopleTable onInvite={() => setInviting(true)} />
      {isInviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </Page>
  );
}
