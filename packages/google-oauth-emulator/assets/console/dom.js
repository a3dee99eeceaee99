/**
 * Makes an element. Strings become text and never HTML: names and addresses come from whoever typed them.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | undefined>} [attributes] `true` sets it, `false` and undefined leave it out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/**
 * The element of the page that has this id.
 *
 * @param {string} id
 */
export function at(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Puts other content into a place, and the focus back to where it was: whoever uses the keyboard stays there.
 *
 * @param {HTMLElement} place
 * @param {readonly (Node | string)[]} content
 */
export function fill(place, content) {
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined;
  place.replaceChildren(...content);
  if (focused) document.getElementById(focused)?.focus();
}

/**
 * Calls `show` only when the value is another one than at the last call: what does not change is not touched.
 *
 * @template T
 * @param {(value: T) => void} show
 * @returns {(value: T) => void}
 */
export function onChange(show) {
  /** @type {string | undefined} */
  let last;
  return (value) => {
    const text = JSON.stringify(value);
    if (text === last) return;
    last = text;
    show(value);
  };
}

/**
 * A field with its label.
 *
 * @param {string} label
 * @param {HTMLElement} input it must have an id
 */
export function field(label, input) {
  return make('div', { class: 'field' }, make('label', { for: input.id }, label), input);
}

/**
 * @param {string} id
 * @param {readonly (readonly [value: string, label: string])[]} options
 */
export function select(id, options) {
  return make('select', { id }, ...options.map(([value, label]) => make('option', { value }, label)));
}
