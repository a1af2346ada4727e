// HTML and SVG made of elements: what is put in is escaped, and what is opened is closed.

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Markup | string | number | null | readonly Piece[];
type Attributes = Readonly<Record<string, string | number | null>>;

/** An attribute that is null is left out. */
export function el(name: string, attributes: Attributes, ...children: readonly Piece[]): Markup {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? short(value) : String(value))}"`)
    .join('');
  const inner = children.map(textOf).join('');
  if (inner === '' && empty.has(name)) return new Markup(`<${name}${said}/>`);
  return new Markup(`<${name}${said}>${inner}</${name}>`);
}

/** As a browser parses them, these have no end; those of SVG may have none. */
const empty = new Set(['meta', 'link', 'br', 'rect', 'path', 'line', 'circle', 'use']);

const textOf = (piece: Piece): string => {
  if (piece === null) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return escaped(String(piece));
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that XML knows no way to say are shown as what they are: unknown. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (mark) => entities[mark] ?? '');

/** A tenth of a pixel is as fine as anybody sees. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);
