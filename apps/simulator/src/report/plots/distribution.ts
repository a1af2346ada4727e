import type { Figures } from '../figures.js';
import { el, type Markup } from '../markup.js';
import type { Spread } from '../spread.js';
import { duration, number, several } from '../words.js';
import { areaOf, axes, type Size, sizes, svg } from './frame.js';
import { linear, logarithmic } from './scales.js';

// How many took how long, with the percentiles as lines.

const kinds = {
  save: { title: 'Time from save to answer, how often', many: 'saves', one: 'save' },
  delivery: { title: 'Time from one’s save until another was told', many: 'deliveries', one: 'delivery' },
} as const;
export type Timed = keyof typeof kinds;

export const distributionTitle = (what: Timed): string => kinds[what].title;

export function distributionPlot(figures: Figures, what: Timed, size: Size): Markup {
  const bars = figures.distribution[what];
  const spread = figures.latency[what];
  const { title, one, many } = kinds[what];
  const framing = {
    id: `distribution-${what}`,
    size,
    title,
    about:
      `${several(spread.count, one, many)}: half within ${duration(spread.p50)}, 90 % within ${duration(spread.p90)}, ` +
      `99 % within ${duration(spread.p99)}, the longest ${duration(spread.max)}.`,
    height: 240,
  };
  const area = areaOf(framing, { top: 52 });
  const { ticks } = sizes[size];
  const x = logarithmic(
    'time taken (log scale)',
    bars[0]?.from ?? 1,
    bars.at(-1)?.to ?? 2,
    [area.left, area.right],
    ticks,
  );
  const y = linear(many, Math.max(...bars.map(({ count }) => count)), [area.bottom, area.top], 5);
  return svg(
    framing,
    ...axes(area, x, y),
    ...bars
      .filter(({ count }) => count > 0)
      .map(({ from, to, count }) =>
        el(
          'rect',
          {
            class: 'bar',
            x: x.place(from) + 0.5,
            width: Math.max(1, x.place(to) - x.place(from) - 1),
            y: y.place(count),
            height: area.bottom - y.place(count),
          },
          el('title', {}, `${duration(from)} to ${duration(to)}: ${number(count)}`),
        ),
      ),
    ...percentiles(spread).map(({ name, value, row }) => {
      const here = x.place(value);
      const isFarRight = here > (area.left + area.right) / 2;
      return el(
        'g',
        { class: 'percentile' },
        el('line', { x1: here, x2: here, y1: area.top - 8 - row, y2: area.bottom }),
        el(
          'text',
          { x: here + (isFarRight ? -4 : 4), y: area.top - 6 - row, 'text-anchor': isFarRight ? 'end' : 'start' },
          `${name} ${duration(value)}`,
        ),
      );
    }),
  );
}

/** They may lie close together: each speaks on a row of its own. */
const percentiles = ({ p50, p99 }: Spread) => [
  { name: 'p50', value: p50, row: 0 },
  { name: 'p99', value: p99, row: 14 },
];
