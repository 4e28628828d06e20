import { KeyRound, Trash2, UserCog } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Page } from '../../components/page.tsx';
import type { Failure } from '../../lib/failure.ts';
import { paths } from '../../lib/path-builder.ts';
import { Button } from '../../ui/button.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DeletionPanel } from './deletion-panel.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { RoleBadge } from './people-columns.tsx';
import type { PersonAnswer } from './people-view.ts';
import { personActions } from './person-actions.ts';
import { LentOverrides, PersonFacts, PersonInstances } from './person-facts.tsx';
import { personName } from './person-words.ts';
import { ResetLinkDialog } from './reset-link-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { useDeletion } from './use-deletion.ts';

interface PersonDetailProps {
  answer: PersonAnswer;
  /** Why the last look failed; what is shown is of the one before. */
  failure: Failure | null;
}

export function PersonDetail({ answer, failure }: PersonDetailProps) {
  const { person } = answer;
  const deletion = useDeletion(person.id);
  const isDeleted = person.deletedAt !== null;
  return (
    <Page
      title={personName(person)}
      breadcrumbs={[{ label: 'People', href: paths.people() }]}
      badges={isDeleted ? undefined : <RoleBadge role={person.role} />}
      subtitle={<CopyableId id={person.id} noun="person id" className="mx-0" />}
      actions={isDeleted ? undefined : <Actions answer={answer} deletion={deletion} />}
    >
      <FormError failure={failure} />
      {isDeleted ? <DeletionPanel {...deletion} userId={person.id} onGoOn={deletion.run} /> : null}
      <PersonFacts person={person} />
      {isDeleted ? null : (
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <PersonInstances {...answer} />
          <LentOverrides {...answer} />
        </div>
      )}
    </Page>
  );
}

interface ActionsProps {
  answer: PersonAnswer;
  deletion: ReturnType<typeof useDeletion>;
}

function Actions({ answer, deletion }: ActionsProps) {
  const [open, setOpen] = useState<'role' | 'link' | 'delete' | null>(null);
  const { person, isSelf } = answer;
  const { role, link, delete: removal } = personActions(answer);
  const close = () => setOpen(null);
  const dialogs: Record<NonNullable<typeof open>, ReactNode> = {
    role: <RoleDialog {...{ person, isSelf }} to={role.to} label={role.label} onClose={close} />,
    link:
      link.kind === 'reset' ? (
        <ResetLinkDialog person={person} onClose={close} />
      ) : (
        <InviteDialog person={person} onClose={close} />
      ),
    delete: (
      <DeleteDialog
        person={person}
        busy={deletion.isRunning}
        failure={deletion.failure}
        onConfirm={deletion.run}
        onClose={close}
      />
    ),
  };
  return (
    <>
      <Button icon={<KeyRound />} disabledReason={link.refusal} onClick={() => setOpen('link')}>
        {link.label}
      </Button>
      <Button icon={<UserCog />} disabledReason={role.refusal} onClick={() => setOpen('role')}>
        {role.label}
      </Button>
      <Button
        variant="danger-outline"
        icon={<Trash2 />}
        disabledReason={removal.refusal}
        onClick={() => setOpen('delete')}
      >
        Delete person
      </Button>
      {open === null ? null : dialogs[open]}
    </>
  );
}
