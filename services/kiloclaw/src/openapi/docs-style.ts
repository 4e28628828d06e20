/** How the page of the API looks, in both themes: light first, dark second. No font, picture or script is fetched. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --surface: light-dark(#f8f8fa, #0c0d10);
  --raised: light-dark(#ffffff, #141619);
  --sunken: light-dark(#f0f1f4, #1c1f24);
  --border: light-dark(#e3e5ea, #272b31);
  --text: light-dark(#16181d, #edeef1);
  --muted: light-dark(#5a606d, #9da3af);
  --accent: light-dark(#3350cc, #a0b3ff);
  --focus: light-dark(#3a57d6, #8ba2ff);
  --get: light-dark(#126a3d, #62d699);
  --post: light-dark(#9a3d04, #ffa06b);
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--surface); color: var(--text);
  font: 0.9375rem/1.6 ui-sans-serif, system-ui, sans-serif;
}
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
nav a { text-decoration: none; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 0.25rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--raised); padding: 0.5rem; }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem;
  border-right: 1px solid var(--border); font-size: 0.8125rem;
}
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li a { display: block; padding: 0.15rem 0.5rem; border-radius: 0.25rem; color: var(--text); overflow-wrap: anywhere; }
nav li a:hover { background: var(--sunken); }
nav h2 { margin: 0 0 0.25rem 0.5rem; font-size: 0.75rem; font-weight: 600; color: var(--muted); border: 0; padding: 0; }
main { padding: 2rem 2.5rem 6rem; min-width: 0; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; }
h2 { margin: 3.5rem 0 0.25rem; font-size: 1.25rem; border-top: 1px solid var(--border); padding-top: 1.5rem; }
h3 { margin: 0; font: 600 0.9375rem/1.5 var(--mono); overflow-wrap: anywhere; }
p, ul { margin: 0.5rem 0; max-width: 46rem; }
code, pre { font-family: var(--mono); font-size: 0.85em; }
code { background: var(--sunken); border-radius: 0.25rem; padding: 0.05rem 0.3rem; overflow-wrap: anywhere; }
pre { background: var(--sunken); border: 1px solid var(--border); border-radius: 0.375rem; padding: 0.75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; }
.muted { color: var(--muted); }
.to-contents { display: none; }
article { margin: 1.25rem 0; padding: 1.25rem 1.5rem; background: var(--raised); border: 1px solid var(--border); border-radius: 0.625rem; }
.method { margin-right: 0.5rem; color: var(--get); }
.method.post { color: var(--post); }
.summary { margin: 0.25rem 0; font-weight: 600; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; }
th { color: var(--muted); font-size: 0.75rem; font-weight: 600; }
td:first-child { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1rem; margin: 1rem 0 0; font-size: 0.875rem; }
dt { font-family: var(--mono); font-weight: 600; }
dd { margin: 0; }
@media (max-width: 52rem) {
  .page { display: flex; flex-direction: column-reverse; }
  .to-contents { display: block; }
  nav { position: static; height: auto; border-right: 0; border-top: 1px solid var(--border); }
  nav li a { padding: 0.35rem 0.5rem; }
  main { padding: 1.25rem 1rem 4rem; }
  article { padding: 1rem; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; left: -99rem; }
  tr { padding: 0.5rem 0; border-bottom: 1px solid var(--border); }
  td { padding: 0; border: 0; }
  td:first-child { white-space: normal; }
  td:empty { display: none; }
}
`;
