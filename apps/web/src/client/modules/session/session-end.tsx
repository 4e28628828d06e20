/** Whether a procedure has said that the session is over: known to the whole app, told by its query client. */
import { createContext, type ReactNode, useContext } from 'react';

interface SessionEnd {
  readonly ended: boolean;
  readonly renew: () => void;
}

const SessionEndContext = createContext<SessionEnd>({ ended: false, renew: () => undefined });

export const useSessionEnd = () => useContext(SessionEndContext);

export function SessionEndProvider({ children, ...end }: SessionEnd & { children: ReactNode }) {
  return <SessionEndContext value={end}>{children}</SessionEndContext>;
}
