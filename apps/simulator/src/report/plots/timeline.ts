import { type Figures, type Lane, laneMarks } from '../figures.js';
import { el, type Markup } from '../markup.js';
import { several } from '../words.js';
import { areaOf, type Size, sizes, svg, xAxis } from './frame.js';
import { moments } from './moments.js';
import { time } from './scales.js';
import { mark, markPath } from './shapes.js';

// Who saved, was combined with others, met a conflict or came back, and when: a row for each editor.

const row = 16;
const letters = { wide: 16, narrow: 9 } as const;

export function timelinePlot(figures: Figures, size: Size): Markup {
  const { lasted, lanes, rest, over } = figures;
  const rows = [...lanes, ...(rest ? [rest] : [])];
  const framing = {
    id: 'timeline',
    size,
    title: 'Saves, merges, conflicts and reconnects by editor',
    about: `A row for each of ${several(lanes.length, 'editor')}${rest ? ` and one for ${rest.editor}` : ''}; the table has their numbers.`,
    height: rows.length * row + 84,
  };
  const area = areaOf(framing, { left: size === 'wide' ? 116 : 72 });
  const x = time(lasted, [area.left + 6, area.right - 6], sizes[size].ticks);
  return svg(
    framing,
    ...rows.flatMap((lane, place) => {
      const y = area.top + place * row + row / 2;
      return [
        el('line', { class: 'grid', x1: area.left, x2: area.right, y1: y + 4, y2: y + 4 }),
        el(
          'text',
          { class: 'tick', x: area.left - 6, y: y + 4, 'text-anchor': 'end' },
          clipped(lane.editor, letters[size]),
        ),
      ];
    }),
    ...laneMarks.map((kind) =>
      markPath(
        kind,
        rows
          .flatMap((lane, place) => {
            const most = mostOf(lane);
            return lane.marks[kind].map(([stretch, count]) =>
              mark(
                kind,
                x.place(Math.min(lasted, (stretch + 0.5) * over.width)),
                area.top + place * row + row / 2,
                4 + 6 * (count / most),
              ),
            );
          })
          .join(''),
      ),
    ),
    ...moments(area, x, figures),
    ...xAxis(area, x),
  );
}

const mostOf = (lane: Lane): number => Math.max(1, ...lane.marks.saves.map(([, count]) => count));

const clipped = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
};
