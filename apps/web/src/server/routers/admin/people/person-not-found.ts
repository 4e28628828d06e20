import { Refusal } from '../../../trpc/failures.ts';

export const personNotFound = () =>
  new Refusal('person_not_found', 'There is no such person, or they were deleted. Look them up in People.');
