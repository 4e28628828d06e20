import { expect, it } from 'vitest';
import { signIn } from './sign-in.ts';
import { serveStatic } from './testing/static-page.ts';
import { useBrowser } from './testing/use-browser.ts';

const { newPage } = useBrowser();

const FORM = `<h1>Sign in</h1><form>
  <label>Email <input type="email"></label>
  <label>Password <input type="password"></label><button type="button" aria-label="Show password">o</button>
  <button>Sign in</button></form>`;
const SCRIPT = `<script>addEventListener('DOMContentLoaded', () => {
  document.querySelector('form').onsubmit = (event) => {
    event.preventDefault();
    const [email, password] = [...document.querySelectorAll('input')].map(({ value }) => value);
    location.href = '/?' + new URLSearchParams({ email, length: password.length });
  };
})</script>`;

it('fills the form by its names, sends it, and waits until it is left', async () => {
  const served = await serveStatic(FORM, SCRIPT);
  try {
    const page = await newPage({ baseUrl: served.url });
    await signIn(page, { email: 'alice@example.com', password: 'correct horse' });
    expect(page.url()).toBe(`${served.url}?email=alice%40example.com&length=13`);
  } finally {
    await served.close();
  }
});
