import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { useState } from 'react';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { explainFinding, type RepairChoice } from './drift-explanations.ts';
import { RepairDialog } from './repair-dialog.tsx';

interface DriftListProps {
  instance: DebugView;
  onAccepted: (answer: OperationAnswer) => void;
}

/** Each finding in a sentence, with what an admin can decide about it. Nothing where there is none. */
export function DriftList({ instance, onAccepted }: DriftListProps) {
  const [chosen, setChosen] = useState<RepairChoice | null>(null);
  if (instance.drift.length === 0) return null;
  return (
    <section aria-label="Drift" className="flex flex-col gap-2">
      {instance.drift.map((finding) => (
        <FindingAlert key={finding.kind} finding={finding} instance={instance} onChoose={setChosen} />
      ))}
      {chosen === null ? null : (
        <RepairDialog
          instance={instance}
          choice={chosen}
          onClose={() => setChosen(null)}
          onAccepted={onAccepted}
        />
      )}
    </section>
  );
}

interface FindingAlertProps {
  finding: DebugView['drift'][number];
  instance: DebugView;
  onChoose: (choice: RepairChoice) => void;
}

function FindingAlert({ finding, instance, onChoose }: FindingAlertProps) {
  const { title, sentence, choices } = explainFinding(finding);
  const { repair, replace_volume } = instance.actions;
  return (
    <Alert tone="warning" title={title}>
      <p>
        {sentence} <span className="text-muted">Found</span>{' '}
        <RelativeTime instant={finding.since} className="text-muted" />
      </p>
      {choices.length === 0 ? null : (
        <div className="mt-2 flex flex-wrap gap-2">
          {choices.map((choice) => {
            const gate = choice.request.kind === 'repair' ? repair : replace_volume;
            return (
              <Button
                key={choice.label}
                size="sm"
                variant={choice.losesData ? 'danger-outline' : 'secondary'}
                disabledReason={gate.allowed ? undefined : (gate.message ?? 'Refused now')}
                onClick={() => onChoose(choice)}
              >
                {choice.label}
              </Button>
            );
          })}
        </div>
      )}
    </Alert>
  );
}
