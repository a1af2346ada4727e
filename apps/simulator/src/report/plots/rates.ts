import type { Figures, Stretch } from '../figures.js';
import { el, type Markup } from '../markup.js';
import { rate } from '../words.js';
import { areaOf, axes, type Size, sizes, svg } from './frame.js';
import { moments } from './moments.js';
import { linear, time } from './scales.js';
import { type Kind, lineOf, mark, markPath } from './shapes.js';

// What happened a second, while the run went on; below it, when lines were opened anew and messages were tampered with.

const drawn = ['saves', 'combined', 'conflicts'] as const;
const below = ['reconnects', 'faults'] as const;

export const ratesKinds = ({ reconnects, faults }: Figures): Kind[] => [
  ...drawn,
  ...(reconnects > 0 ? (['reconnects'] as const) : []),
  ...(Object.keys(faults).length > 0 ? (['faults'] as const) : []),
];

export function ratesPlot(figures: Figures, size: Size): Markup {
  const { lasted, over, saves } = figures;
  const rows = below.filter((kind) => ratesKinds(figures).includes(kind));
  const framing = {
    id: 'rates',
    size,
    title: 'Saves, merges and conflicts a second, over the run',
    about: `Saved: ${rate(saves.perSecond.mean)} a second on average, at most ${rate(saves.perSecond.most)}.`,
    height: 260 + rows.length * 16,
  };
  const whole = areaOf(framing);
  const area = { ...whole, bottom: whole.bottom - rows.length * 16 };
  const { ticks } = sizes[size];
  const x = time(lasted, [area.left, area.right], ticks);
  const perSecond = (count: number) => count / (over.width / 1_000);
  const most = Math.max(...over.stretches.flatMap((stretch) => drawn.map((kind) => perSecond(stretch[kind]))));
  const y = linear('number a second', most, [area.bottom, area.top], 5);
  const middle = ({ at }: Stretch) => x.place(Math.min(lasted, at + over.width / 2));
  const every = Math.ceil(over.stretches.length / 8);
  return svg(
    framing,
    // The numbers of time stand below the rows.
    ...axes(area, x, y).slice(0, 2 * y.ticks.length + 1),
    ...axes(whole, x, y).slice(2 * y.ticks.length + 1),
    ...drawn.flatMap((kind) => {
      const points = over.stretches.map((stretch) => [middle(stretch), y.place(perSecond(stretch[kind]))] as const);
      const some = points.filter((_, place) => place % every === Math.floor(every / 2));
      return [
        el('path', { class: `line ${kind}`, d: lineOf(points) }),
        markPath(kind, some.map(([px, py]) => mark(kind, px, py)).join('')),
      ];
    }),
    ...rows.map((kind, row) =>
      markPath(
        kind,
        over.stretches
          .filter((stretch) => stretch[kind] > 0)
          .map((stretch) => mark(kind, middle(stretch), area.bottom + 12 + row * 16))
          .join(''),
      ),
    ),
    ...moments(area, x, figures),
  );
}
