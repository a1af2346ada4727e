import { scaleLinear, scaleLog } from 'd3-scale';
import { duration } from '../words.js';

// From numbers to pixels, with the places where an axis names them.

export interface Axis {
  place(value: number): number;
  ticks: ReadonlyArray<{ value: number; text: string }>;
  /** What it measures, with its unit. */
  label: string;
}

type Range = readonly [from: number, to: number];

/** From 0; as many ticks as there is room for. */
export function linear(label: string, most: number, range: Range, ticks: number): Axis {
  const scale = scaleLinear([0, most > 0 ? most : 1], range).nice(ticks);
  return {
    place: scale,
    ticks: scale
      .ticks(ticks)
      .filter((value) => most < ticks || Number.isInteger(value) || most < 1)
      .map((value) => ({ value, text: value.toLocaleString('en') })),
    label,
  };
}

/** Of the run's time; the end is the last moment, and no round number. */
export function time(lasted: number, range: Range, ticks: number): Axis {
  const scale = scaleLinear([0, Math.max(1, lasted)], range);
  const seconds = scaleLinear([0, Math.max(1, lasted) / 1_000], range).ticks(ticks);
  return {
    place: scale,
    ticks: seconds.map((value) => ({ value: value * 1_000, text: String(value) })),
    label: 'seconds of the run',
  };
}

/** Milliseconds from the shortest to the longest, each decade as long as the next. */
export function logarithmic(label: string, shortest: number, longest: number, range: Range, most: number): Axis {
  const [from, to] = [roundDown(Math.max(0.001, shortest)), roundUp(Math.max(0.002, longest))];
  const scale = scaleLog([from, to === from ? from * 2 : to], range).clamp(true);
  const values: number[] = [];
  for (let value = from; value <= to * 1.001; value = next(value)) values.push(value);
  const decades = values.filter((value) => leading(value) === 1);
  const [shown] = [values, decades].filter((them) => them.length <= most);
  return {
    place: scale,
    ticks: (shown ?? decades.filter((_, place) => place % 2 === 0)).map((value) => ({ value, text: duration(value) })),
    label,
  };
}

// The steps of such an axis are 1, 2, 5, 10, 20, 50 …
const power = (value: number): number => Math.floor(Math.log10(value) + 1e-9);
const leading = (value: number): number => Math.round(value / 10 ** power(value));
function roundDown(value: number): number {
  const unit = 10 ** power(value);
  return unit * (value / unit >= 5 ? 5 : value / unit >= 2 ? 2 : 1);
}
const roundUp = (value: number): number => (roundDown(value) >= value ? value : next(roundDown(value)));
const next = (value: number): number => exact(value * (leading(value) === 2 ? 2.5 : 2));
const exact = (value: number): number => Number(value.toPrecision(3));
