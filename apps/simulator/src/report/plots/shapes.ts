import { line, type SymbolType, symbol, symbolCircle, symbolDiamond, symbolTriangle } from 'd3-shape';
import { el, type Markup, short } from '../markup.js';

// A kind of thing has a colour and a shape, on every plot the same: who does not see the one sees the other.

/** Drawn into one path for all of a kind, and shown in the legend. */
export type Kind = 'saves' | 'combined' | 'conflicts' | 'reconnects' | 'faults';

const kindWords: Readonly<Record<Kind, string>> = {
  saves: 'saved',
  combined: 'combined',
  conflicts: 'conflict',
  reconnects: 'reconnect',
  faults: 'fault',
};

const types: Readonly<Partial<Record<Kind, SymbolType>>> = {
  combined: symbolCircle,
  conflicts: symbolDiamond,
  reconnects: symbolTriangle,
};
/** Pixels squared, so that they look alike in size. */
const drawn: Readonly<Partial<Record<Kind, string>>> = Object.fromEntries(
  Object.entries(types).map(([kind, type]) => [kind, rounded(symbol(type, 28)() ?? '')]),
);

/** The shape of a kind around a point. A save is a stroke, `tall` pixels high. */
export function mark(kind: Kind, x: number, y: number, tall = 8): string {
  const at = `M${short(x)},${short(y)}`;
  if (kind === 'saves') return `M${short(x)},${short(y + 4)}v${short(-tall)}`;
  if (kind === 'faults') return `${at}m-3,-3l6,6m0,-6l-6,6`;
  return moved(drawn[kind] ?? '', x, y);
}

export const markPath = (kind: Kind, path: string): Markup | null =>
  path === '' ? null : el('path', { class: `mark ${kind}`, d: path });

/** Several lines through points, side by side for `line`. */
export const lineOf = (points: ReadonlyArray<readonly [number, number]>): string =>
  rounded(line<readonly [number, number]>()(points) ?? '');

export function legend(kinds: readonly Kind[]): Markup {
  return el(
    'ul',
    { class: 'legend' },
    ...kinds.map((kind) =>
      el(
        'li',
        {},
        el('svg', { class: 'key', viewBox: '0 0 12 12', 'aria-hidden': 'true' }, markPath(kind, mark(kind, 6, 6))),
        ` ${kindWords[kind]}`,
      ),
    ),
  );
}

/** Absolute coordinates of d3 by a point. */
function moved(path: string, x: number, y: number): string {
  return path.replace(/([MLA])([-\d.,]+)/g, (_, command: string, numbers: string) => {
    const them = numbers.split(',').map(Number);
    const [px = 0, py = 0] = them.slice(-2);
    return `${command}${[...them.slice(0, -2), px + x, py + y].map(short).join(',')}`;
  });
}

export function rounded(path: string): string {
  return path.replace(/-?\d+\.\d+(e-?\d+)?/g, (text) => short(Number(text)));
}
