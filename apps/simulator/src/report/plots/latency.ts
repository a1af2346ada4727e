import { area as areaShape } from 'd3-shape';
import type { Figures, Stretch } from '../figures.js';
import { el, type Markup } from '../markup.js';
import { duration } from '../words.js';
import { areaOf, axes, type Size, sizes, svg } from './frame.js';
import { moments } from './moments.js';
import { logarithmic, time } from './scales.js';
import { lineOf, rounded } from './shapes.js';

// How long saves took while the run went on: half of them below the line, nine of ten in the darker band, and so on.

export function latencyPlot(figures: Figures, size: Size): Markup {
  const { lasted, latency, over } = figures;
  const { save } = latency;
  const framing = {
    id: 'latency',
    size,
    title: 'Time from save to answer, over the run',
    about: `Over all: half within ${duration(save.p50)}, 90 % within ${duration(save.p90)}, 99 % within ${duration(save.p99)}.`,
    height: 260,
  };
  const area = areaOf(framing);
  const answered = over.stretches.filter(({ latency: { count } }) => count > 0);
  const lowest = Math.min(...answered.map(({ latency: { p50 } }) => p50));
  const highest = Math.max(...answered.map(({ latency: { p99 } }) => p99));
  const { ticks } = sizes[size];
  const x = time(lasted, [area.left, area.right], ticks);
  const y = logarithmic('save to answer (log scale)', lowest, highest, [area.bottom, area.top], 7);
  const middle = ({ at }: Stretch) => x.place(Math.min(lasted, at + over.width / 2));
  const band = (from: 'p50' | 'p90', to: 'p90' | 'p99') =>
    rounded(
      areaShape<Stretch>()
        .x(middle)
        .y0(({ latency: times }) => y.place(times[from]))
        .y1(({ latency: times }) => y.place(times[to]))(answered) ?? '',
    );
  const points = (which: 'p50' | 'p99') =>
    answered.map((stretch) => [middle(stretch), y.place(stretch.latency[which])] as const);
  return svg(
    framing,
    el('path', { class: 'band outer', d: band('p90', 'p99') }),
    el('path', { class: 'band inner', d: band('p50', 'p90') }),
    ...axes(area, x, y),
    el('path', { class: 'edge', d: lineOf(points('p99')) }),
    el('path', { class: 'median', d: lineOf(points('p50')) }),
    ...moments(area, x, figures),
  );
}

export const latencyLegend = (): Markup =>
  el(
    'ul',
    { class: 'legend' },
    ...(
      [
        ['median', 'p50: half of the saves are below'],
        ['band inner', 'p50 to p90'],
        ['band outer', 'p90 to p99'],
      ] as const
    ).map(([name, words]) =>
      el(
        'li',
        {},
        el(
          'svg',
          { class: 'key', viewBox: '0 0 12 12', 'aria-hidden': 'true' },
          name === 'median'
            ? el('path', { class: name, d: 'M0,6h12' })
            : el('rect', { class: name, x: 0, y: 1, width: 12, height: 10 }),
        ),
        ` ${words}`,
      ),
    ),
  );
