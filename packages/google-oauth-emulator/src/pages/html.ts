/** Text that is safe to put into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function render(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value !== 'string') return value.map((part) => part.text).join('');
  return value.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
}

/** A template whose values are escaped unless they are Html themselves. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  return new Html(parts.reduce((done, part, index) => done + render(values[index - 1] ?? '') + part));
}

export const nothing: Html = new Html('');
