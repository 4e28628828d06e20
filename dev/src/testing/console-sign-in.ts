/** Signing in to the console as its first admin, without a browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AccountsSchema } from '../accounts.ts';
import { DATA } from '../data-folder.ts';
import type { ReadyStack, StackFolder } from './stack-process.ts';

/** With the password that the data folder keeps; answers the HTTP status: 200 for somebody who is in. */
export async function signInStatus({ dataDir }: StackFolder, { endpoints }: ReadyStack): Promise<number> {
  const { admin } = AccountsSchema.parse(JSON.parse(await readFile(join(dataDir, DATA.accounts), 'utf8')));
  const response = await fetch(`${endpoints.webUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: endpoints.webUrl,
      'sec-fetch-site': 'same-origin',
    },
    body: JSON.stringify({ email: admin?.email, password: admin?.password }),
  });
  return response.status;
}
