/** What people are called where their ids stand. Pure. */
import type { OperationView } from '@kiloclaw/platform-contract';

export type PeopleNames = Readonly<
  Record<string, { readonly displayName: string | null; readonly isDeleted: boolean }>
>;

/** By name or address; a deleted one as that, and by id where nothing else is known. */
export function personText(id: string, names: PeopleNames): string {
  const person = names[id];
  if (person === undefined) return id;
  return person.isDeleted ? 'a deleted person' : (person.displayName ?? id);
}

/** Who has asked for an operation. */
export function actorText({ kind, id }: OperationView['actor'], names: PeopleNames): string {
  switch (kind) {
    case 'system':
      return 'KiloClaw itself';
    case 'api':
      return `API key ${id}`;
    case 'admin':
    case 'customer':
      return personText(id, names);
  }
}
