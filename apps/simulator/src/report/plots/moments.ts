import type { Figures } from '../figures.js';
import { el, type Markup } from '../markup.js';
import type { Area } from './frame.js';
import type { Axis } from './scales.js';

// What is said of moments in every plot over time: what befell the server, as numbered lines (the words stand below the
// plot, by number), and that at the end nobody types any more, and what is left is settled.

/** More than that are no longer told apart. */
export const mostMoments = 12;

export function moments(area: Area, x: Axis, { marks, lasted, actedUntil }: Figures): Markup[] {
  const from = x.place(actedUntil);
  const isSettled = actedUntil > 0 && lasted - actedUntil > 0.05 * lasted;
  const settling = el(
    'g',
    { class: 'settling' },
    el('rect', { x: from, y: area.top, width: Math.max(0, x.place(lasted) - from), height: area.bottom - area.top }),
    el('text', { x: area.right, y: area.top - 5, 'text-anchor': 'end' }, 'settling'),
  );
  return [...(isSettled ? [settling] : []), ...numbered(area, x, marks)];
}

function numbered(area: Area, x: Axis, marks: Figures['marks']): Markup[] {
  return marks.slice(0, mostMoments).map(({ at }, place) => {
    const here = x.place(at);
    return el(
      'g',
      { class: 'moment' },
      el('line', { x1: here, x2: here, y1: area.top, y2: area.bottom }),
      el('circle', { cx: here, cy: area.top - 9, r: 8 }),
      el('text', { x: here, y: area.top - 5, 'text-anchor': 'middle' }, place + 1),
    );
  });
}
