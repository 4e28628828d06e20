/** Signing in as a person does: by the names on the page. */
import { expect, type Page } from '@playwright/test';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const SIGNED_IN_TIMEOUT_MS = 15_000;

/** Fills the form of `/sign-in` and sends it, whatever comes of it. */
export async function submitSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.goto('/sign-in');
  // Exactly: a button that shows the password names it, too.
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in and waits until the app has left the form. */
export async function signIn(page: Page, credentials: Credentials): Promise<void> {
  await submitSignIn(page, credentials);
  await expect(page).not.toHaveURL(/\/sign-in/, { timeout: SIGNED_IN_TIMEOUT_MS });
}
