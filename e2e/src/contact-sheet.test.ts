import { expect, it } from 'vitest';
import { contactSheet, fileNameOf, VIEWS } from './contact-sheet.ts';
import { CONSOLE_PAGES } from './pages.ts';

const shots = CONSOLE_PAGES.flatMap(({ name }) => VIEWS.map((view) => ({ name, view })));

it('gives every page, theme and width a picture of its own', () => {
  const files = shots.map(fileNameOf);
  expect(new Set(files).size).toBe(CONSOLE_PAGES.length * 4);
  for (const file of files) expect(file).toMatch(/^[a-z]+(-[a-z]+)*-(light|dark)-(1280|390)\.png$/);
});

it('shows each picture once, with what it is of', () => {
  const sheet = contactSheet(shots);
  for (const shot of shots) expect(sheet.split(`<img src="${fileNameOf(shot)}" alt=`)).toHaveLength(2);
  expect(sheet).toContain('alt="sign-in, dark, 390 px"');
});
