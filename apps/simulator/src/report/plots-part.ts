import type { Figures } from './figures.js';
import { laneMarks } from './figures.js';
import { el, type Markup } from './markup.js';
import { distributionPlot, distributionTitle, type Timed } from './plots/distribution.js';
import type { Size } from './plots/frame.js';
import { latencyLegend, latencyPlot } from './plots/latency.js';
import { mostMoments } from './plots/moments.js';
import { ratesKinds, ratesPlot } from './plots/rates.js';
import { legend } from './plots/shapes.js';
import { timelinePlot } from './plots/timeline.js';
import type { Spread } from './spread.js';
import { tableOf } from './tables.js';
import { duration, number, rate } from './words.js';

// The plots of the report, each with what it means in words and its numbers as a table.

export function plotsOf(figures: Figures): Markup[] {
  const { latency, over, lanes } = figures;
  if (over.stretches.length === 0) return [];
  return [
    el('h2', {}, 'How it went'),
    el('div', { class: 'side' }, isTimed(latency.save) ? latencyFigure(figures) : null, ratesFigure(figures)),
    momentsList(figures),
    isTimed(latency.save) || isTimed(latency.delivery) ? el('h2', {}, 'How long it took') : null,
    el(
      'div',
      { class: 'side' },
      isTimed(latency.save) ? distributionFigure(figures, 'save') : null,
      isTimed(latency.delivery) ? distributionFigure(figures, 'delivery') : null,
    ),
    ...(lanes.length > 0 ? [el('h2', {}, 'Who did what, and when'), timelineFigure(figures)] : []),
  ].filter((part) => part !== null);
}

const isTimed = ({ count }: Spread): boolean => count > 0;

function figure(caption: string, draw: (size: Size) => Markup, key: Markup | null, table: Markup): Markup {
  return el(
    'figure',
    {},
    el('figcaption', {}, caption),
    draw('wide'),
    draw('narrow'),
    key,
    el('details', {}, el('summary', {}, 'The same as a table'), el('div', { class: 'scroll', tabindex: '0' }, table)),
  );
}

function latencyFigure(figures: Figures): Markup {
  const rows = figures.over.stretches.map(({ at, latency: { count, p50, p90, p99, max } }) => [
    duration(at),
    number(count),
    ...[p50, p90, p99, max].map(duration),
  ]);
  const head = ['from', 'answers', 'p50', 'p90', 'p99', 'most'];
  const caption = 'Time from save to answer, over the run';
  return figure(caption, (size) => latencyPlot(figures, size), latencyLegend(), tableOf(caption, head, rows));
}

function distributionFigure(figures: Figures, what: Timed): Markup {
  const rows = figures.distribution[what].map(({ from, to, count }) => [
    `${duration(from)} to ${duration(to)}`,
    number(count),
  ]);
  const caption = distributionTitle(what);
  const table = tableOf(caption, ['took', what === 'save' ? 'saves' : 'deliveries'], rows);
  return figure(caption, (size) => distributionPlot(figures, what, size), null, table);
}

function ratesFigure(figures: Figures): Markup {
  const { width, stretches } = figures.over;
  const perSecond = (count: number) => rate(count / (width / 1_000));
  const head = ['from', 'saved', 'combined', 'conflicts', 'heard', 'reconnects', 'faults'];
  const rows = stretches.map(({ at, saves, combined, conflicts, heard, reconnects, faults }) => [
    duration(at),
    ...[saves, combined, conflicts, heard].map(perSecond),
    number(reconnects),
    number(faults),
  ]);
  const caption = 'Saves, merges and conflicts a second';
  return figure(caption, (size) => ratesPlot(figures, size), legend(ratesKinds(figures)), tableOf(caption, head, rows));
}

function timelineFigure(figures: Figures): Markup {
  const { lanes, rest } = figures;
  const rows = [...lanes, ...(rest ? [rest] : [])].map(({ editor, saves, combined, conflicts, reconnects }) => [
    editor,
    ...[saves, combined, conflicts, reconnects].map(number),
  ]);
  const caption = 'Saves, merges, conflicts and reconnects by editor';
  const table = tableOf(caption, ['editor', 'saved', 'combined', 'conflicts', 'reconnects'], rows);
  return figure(caption, (size) => timelinePlot(figures, size), legend(laneMarks), table);
}

function momentsList({ marks }: Figures): Markup | null {
  if (marks.length === 0) return null;
  return el(
    'div',
    {},
    el('h3', {}, 'What befell the server'),
    el('ol', {}, ...marks.slice(0, mostMoments).map(({ at, what }) => el('li', {}, `after ${duration(at)}: ${what}`))),
    marks.length > mostMoments ? el('p', {}, `… and ${number(marks.length - mostMoments)} more.`) : null,
  );
}
