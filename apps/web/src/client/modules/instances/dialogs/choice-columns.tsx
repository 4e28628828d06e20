import type { ReactNode } from 'react';

/** What is chosen beside what comes of it, so that both are in sight; one below the other at 390 px. */
export function ChoiceColumns({ choice, outcome }: { choice: ReactNode; outcome: ReactNode }) {
  return (
    <div className="grid items-start gap-x-6 gap-y-4 md:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">{choice}</div>
      <div className="flex min-w-0 flex-col gap-4">{outcome}</div>
    </div>
  );
}
