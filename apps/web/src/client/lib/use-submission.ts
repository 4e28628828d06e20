import { useState } from 'react';
import { type Failure, failureOf } from './failure.ts';
import { isAnswerLost, type Submission, submissionOf } from './submission.ts';

interface SubmissionOptions<Request, Answer> {
  send: (request: Request) => Promise<Answer>;
  onAnswer: (answer: Answer) => void;
  /** A refusal: nothing was done, and the next request is another one. */
  onRefused?: (failure: Failure) => void;
}

/** Sends what a form asks for, and keeps what came of it: the form stays as it is whatever fails. */
export function useSubmission<Request, Answer>({
  send,
  onAnswer,
  onRefused,
}: SubmissionOptions<Request, Answer>) {
  const [lost, setLost] = useState<Submission<Request> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (content: string, prepare: (idempotencyKey: string) => Request) => {
    const submission = submissionOf(lost, content, prepare);
    setBusy(true);
    setFailure(null);
    const outcome = await send(submission.request).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failed: failureOf(error) }),
    );
    setBusy(false);
    if ('answer' in outcome) {
      setLost(null);
      onAnswer(outcome.answer);
      return;
    }
    const { failed } = outcome;
    const answerLost = isAnswerLost(failed);
    setLost(answerLost ? submission : null);
    // Of the end of a session the dialog that comes over the page tells.
    setFailure(failed.code === 'signed_out' ? null : failed);
    if (!answerLost) onRefused?.(failed);
  };

  return {
    submit,
    busy,
    failure,
    /** Whether this very thing was sent before without an answer: it may be sent again whatever a plan says by now. */
    isResend: (content: string) => lost?.content === content,
  };
}
