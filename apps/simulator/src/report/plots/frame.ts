import { el, type Markup, type Piece } from '../markup.js';
import type { Axis } from './scales.js';

// What all plots have: a size, a name and a description for who does not see them, and axes with their units.

/** Drawn once for each: letters stay as large on a small screen. */
export const sizes = {
  wide: { width: 640, ticks: 8 },
  narrow: { width: 344, ticks: 4 },
} as const;
export type Size = keyof typeof sizes;

export interface Framing {
  /** Letters and dashes, its own on the page. */
  id: string;
  size: Size;
  title: string;
  /** What is to be seen in it, in a sentence or two. */
  about: string;
  height: number;
}

/** Where the drawing is, inside of the axes' words. */
export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function areaOf({ size, height }: Framing, margin: Partial<Area> = {}): Area {
  const { left = 52, right = 22, top = 38, bottom = 40 } = margin;
  return { left, right: sizes[size].width - right, top, bottom: height - bottom };
}

export function svg({ id, size, title, about, height }: Framing, ...content: readonly Piece[]): Markup {
  const { width } = sizes[size];
  const [titleId, aboutId] = [`${id}-${size}-title`, `${id}-${size}-about`];
  return el(
    'svg',
    {
      class: size,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': titleId,
      'aria-describedby': aboutId,
      xmlns: 'http://www.w3.org/2000/svg',
    },
    el('title', { id: titleId }, title),
    el('desc', { id: aboutId }, about),
    ...content,
  );
}

/** Grid lines, their numbers, and what they measure: below, and over the upper left corner. */
export function axes(area: Area, x: Axis, y: Axis): Markup[] {
  return [
    ...y.ticks.flatMap(({ value, text }) => [
      el('line', { class: 'grid', x1: area.left, x2: area.right, y1: y.place(value), y2: y.place(value) }),
      el('text', { class: 'tick', x: area.left - 6, y: y.place(value) + 4, 'text-anchor': 'end' }, text),
    ]),
    el('text', { class: 'label', x: 0, y: 12 }, y.label),
    ...xAxis(area, x),
  ];
}

export function xAxis(area: Area, x: Axis): Markup[] {
  const { left, right, bottom } = area;
  return [
    el('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    ...x.ticks.flatMap(({ value, text }) => [
      el('line', { class: 'axis', x1: x.place(value), x2: x.place(value), y1: bottom, y2: bottom + 4 }),
      el('text', { class: 'tick', x: x.place(value), y: bottom + 17, 'text-anchor': 'middle' }, text),
    ]),
    el('text', { class: 'label', x: right, y: bottom + 33, 'text-anchor': 'end' }, x.label),
  ];
}
