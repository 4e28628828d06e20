/** One HTML page with every picture, to be looked at as a whole. */
import { THEMES, type View, WIDTHS } from './view.ts';

export interface Shot {
  readonly name: string;
  readonly view: Pick<View, 'theme' | 'width'>;
}

export function fileNameOf({ name, view }: Shot): string {
  return `${name}-${view.theme}-${view.width}.png`;
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function figureOf(shot: Shot): string {
  const file = escapeHtml(fileNameOf(shot));
  const caption = escapeHtml(`${shot.name}, ${shot.view.theme}, ${shot.view.width} px`);
  return `<figure><a href="${file}"><img src="${file}" alt="${caption}" loading="lazy"></a><figcaption>${caption}</figcaption></figure>`;
}

/** Every view of a page, in the order in which the pictures are laid out. */
export const VIEWS: readonly Pick<View, 'theme' | 'width'>[] = THEMES.flatMap((theme) =>
  WIDTHS.map((width) => ({ theme, width })),
);

/** A row per page; the pictures lie beside the file. */
export function contactSheet(shots: readonly Shot[]): string {
  const names = [...new Set(shots.map(({ name }) => name))];
  const rows = names.map((name) => {
    const figures = shots.filter((shot) => shot.name === name).map(figureOf);
    return `<section><h2>${escapeHtml(name)}</h2><div>${figures.join('')}</div></section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pages of the console</title><style>
body { font: 14px system-ui; margin: 24px; background: #888 }
section > div { display: flex; gap: 16px; overflow-x: auto; align-items: start }
figure { margin: 0 } img { height: 480px; background: white }
</style></head><body><h1>Pages of the console</h1>
${rows.join('\n')}
</body></html>
`;
}
