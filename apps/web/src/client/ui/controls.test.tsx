import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';
import { Textarea } from './textarea.tsx';
import { TooltipProvider } from './tooltip.tsx';

const attributeOf = (html: string, element: string, name: string) =>
  new RegExp(`<${element}[^>]* ${name}="([^"]*)"`).exec(html)?.[1];
const textOf = (html: string, id: string) => new RegExp(`id="${id}"[^>]*>([^<]*)`).exec(html)?.[1];

describe('a button with a reason why not', () => {
  const html = renderToStaticMarkup(
    <TooltipProvider>
      <Button type="submit" disabledReason="It is running already">
        Start
      </Button>
    </TooltipProvider>,
  );
  it('can take the focus, and submits nothing', () => {
    expect(attributeOf(html, 'button', 'aria-disabled')).toBe('true');
    expect(attributeOf(html, 'button', 'type')).toBe('button');
    expect(html).not.toMatch(/ disabled[=\s>]/);
  });
  it('is described by the reason', () => {
    expect(textOf(html, attributeOf(html, 'button', 'aria-describedby') ?? '')).toBe('It is running already');
  });
});

describe('a button at work', () => {
  it('keeps the focus, and submits nothing again', () => {
    const html = renderToStaticMarkup(
      <Button type="submit" loading>
        Save
      </Button>,
    );
    expect(attributeOf(html, 'button', 'aria-busy')).toBe('true');
    expect(attributeOf(html, 'button', 'type')).toBe('button');
    expect(html).not.toMatch(/ disabled[=\s>]/);
  });
});

describe('a field', () => {
  it('names its control, and describes it by error and hint in this order', () => {
    const html = renderToStaticMarkup(
      <Field label="Name" hint="As you like." error="Too long: 64 at most." required>
        <Input />
      </Field>,
    );
    expect(attributeOf(html, 'label', 'for')).toBe(attributeOf(html, 'input', 'id'));
    const described = (attributeOf(html, 'input', 'aria-describedby') ?? '').split(' ');
    expect(described.map((id) => textOf(html, id))).toEqual(['Too long: 64 at most.', 'As you like.']);
    expect(attributeOf(html, 'input', 'aria-invalid')).toBe('true');
    expect(attributeOf(html, 'input', 'aria-required')).toBe('true');
  });
  it('counts characters as people do', () => {
    const html = renderToStaticMarkup(
      <Field label="Reason">
        <Textarea maxCharacters={500} defaultValue="ok 👍" />
      </Field>,
    );
    expect(html).toContain('4 / 500');
  });
});
