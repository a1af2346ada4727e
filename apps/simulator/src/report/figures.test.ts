import { describe, expect, it } from 'vitest';
import type { HistoryEvent, Op, Told, Unstamped } from '../history/event.js';
import { createTimes } from './spread.js';
import { figuresOf } from './tally.js';
import { madeUpHistory } from './testing.js';

const update = (n: number): Op => ({
  do: 'update',
  record: 'book-1',
  set: { title: `w${n}` },
  typed: ['title'],
  base: { n, tag: null },
});
const told = (n: number, key: string | null): Told => ({
  seq: n,
  record: 'book-1',
  action: 'update',
  version: { n, tag: null },
  changed: ['title'],
  fields: { title: `w${n}` },
  by: 'ana',
  key,
});
const at = (moment: number, event: Unstamped): HistoryEvent => ({ at: moment, ...event }) as HistoryEvent;
const line = (editor: string, number: number) =>
  ({ kind: 'line', editor, line: number, is: 'open', from: 0, workspaces: ['w'] }) as const;

describe('the figures of a run', () => {
  it('count each save by what became of it', () => {
    const ok = { is: 'ok', version: { n: 2, tag: null }, fields: {} } as const;
    const results = [
      ok,
      { ...ok, receipt: { with: ['ben'], fields: ['title'] } },
      { ...ok, unchanged: true },
      { is: 'refused', why: 'stale', status: 412 },
      { is: 'refused', why: 'gone', status: 410 },
      { is: 'unknown', why: 'cut' },
    ] as const;
    const events = [
      at(0, { kind: 'editor', editor: 'ana', user: 'ana' }),
      ...results.flatMap((result, place) => [
        at(place * 10, { kind: 'invoke', call: place, editor: 'ana', op: update(1), key: `k${place}` }),
        at(place * 10 + 4, { kind: 'result', call: place, result }),
      ]),
      // Sent again with the key of the one that had no answer, and never answered either.
      at(100, { kind: 'invoke', call: 6, editor: 'ana', op: update(1), key: 'k5' }),
      at(110, { kind: 'invoke', call: 7, editor: 'ana', op: { do: 'read', record: 'book-1' }, key: null }),
      at(111, { kind: 'result', call: 7, result: ok }),
      at(120, { kind: 'chose', editor: 'ana', record: 'book-1', how: 'mine', over: 2 }),
    ];
    const { saves, conflicts, calls, latency, lasted, editors, lanes } = figuresOf(events);
    expect(saves).toMatchObject({ all: 7, ok: 1, combined: 1, unchanged: 1, unknown: 2, again: 1 });
    expect(saves.refused).toEqual({ stale: 1, gone: 1 });
    expect(conflicts).toEqual({ all: 1, chosen: { mine: 1 } });
    expect(calls).toEqual({ all: 8, by: { update: 7, read: 1 } });
    expect(latency.save).toMatchObject({ count: 5, max: 4 });
    expect(latency.read).toMatchObject({ count: 1, max: 1 });
    expect({ lasted, editors }).toEqual({ lasted: 120, editors: 1 });
    expect(lanes).toMatchObject([{ editor: 'ana', saves: 2, combined: 1, conflicts: 1 }]);
  });

  it('measure a delivery from the save on, also where it comes before the answer', () => {
    const { latency, heard } = figuresOf([
      at(0, line('ana', 1)),
      at(0, line('ben', 1)),
      at(10, { kind: 'invoke', call: 1, editor: 'ana', op: update(1), key: 'k1' }),
      at(17, { kind: 'hear', editor: 'ben', line: 1, workspace: 'w', told: told(2, 'k1') }),
      at(18, { kind: 'hear', editor: 'ana', line: 1, workspace: 'w', told: told(2, 'k1') }),
      at(20, { kind: 'result', call: 1, result: { is: 'ok', version: { n: 2, tag: null }, fields: {} } }),
    ]);
    expect(latency.delivery).toMatchObject({ count: 1, max: 7 });
    expect(heard).toEqual({ all: 2, own: 1, caughtUp: 0 });
  });

  it('know a write without a key by its version', () => {
    const { latency } = figuresOf([
      at(10, { kind: 'invoke', call: 1, editor: 'ana', op: update(1), key: null }),
      at(15, { kind: 'hear', editor: 'ben', line: 1, workspace: 'w', told: told(2, null) }),
      at(20, { kind: 'result', call: 1, result: { is: 'ok', version: { n: 2, tag: null }, fields: {} } }),
      at(22, { kind: 'hear', editor: 'chloe', line: 1, workspace: 'w', told: told(2, null) }),
    ]);
    expect(latency.delivery).toMatchObject({ count: 2, max: 12 });
  });

  it('do not count as delay what was missed while a line was down', () => {
    const { latency, heard, reconnects } = figuresOf([
      at(0, line('ben', 1)),
      at(10, { kind: 'invoke', call: 1, editor: 'ana', op: update(1), key: 'k1' }),
      at(5_000, line('ben', 2)),
      at(5_001, { kind: 'hear', editor: 'ben', line: 2, workspace: 'w', told: told(2, 'k1') }),
    ]);
    expect(latency.delivery.count).toBe(0);
    expect(heard.caughtUp).toBe(1);
    expect(reconnects).toBe(1);
  });

  it('stay small however long the run was and however many took part', () => {
    const figures = figuresOf(madeUpHistory({ editors: 2_000, lasts: 600_000, every: 100 }), ['editor-1999']);
    expect(figures.over.stretches.length).toBeLessThanOrEqual(80);
    expect(figures.lanes).toHaveLength(40);
    expect(figures.lanes[0]?.editor).toBe('editor-1999');
    expect(figures.rest?.editor).toBe('1960 others');
    const inStretches = figures.over.stretches.reduce((sum, { saves }) => sum + saves, 0);
    const inLanes = [...figures.lanes, figures.rest].reduce((sum, lane) => sum + (lane?.saves ?? 0), 0);
    expect(inStretches).toBe(figures.saves.ok + figures.saves.combined);
    expect(inLanes).toBe(inStretches);
    expect(figures.marks.map(({ what }) => what)).toEqual(['kill server 1', 'restart server 1']);
    expect(figures.faults).toMatchObject({ 'kill server 1': 1 });
  });

  it('take a fault by its own name, whatever it is', () => {
    const { faults } = figuresOf([at(1, { kind: 'fault', what: 'constructor' })]);
    expect(Object.entries(faults)).toEqual([['constructor', 1]]);
  });

  it('are all zero of nothing', () => {
    const { latency, saves, over, rest } = figuresOf([]);
    expect(latency.save).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
    expect(saves.perSecond).toEqual({ mean: 0, most: 0 });
    expect({ over, rest }).toEqual({ over: { width: 250, stretches: [] }, rest: null });
  });
});

describe('times in classes', () => {
  it('have percentiles that are right to 4 %', () => {
    const times = createTimes();
    for (let ms = 1; ms <= 10_000; ms += 1) times.add(ms);
    const { p50, p90, p99, max } = times.spread();
    for (const [found, right] of [
      [p50, 5_000],
      [p90, 9_000],
      [p99, 9_900],
    ] as const) {
      expect(Math.abs(found - right) / right).toBeLessThan(0.04);
    }
    expect(max).toBe(10_000);
  });

  it('stand side by side in as many bars as are wanted, and none is lost', () => {
    const times = createTimes();
    for (const ms of [0, 0.5, 3, 3, 70, 60_000]) times.add(ms);
    const bars = times.bars(20);
    expect(bars.length).toBeLessThanOrEqual(20);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    bars.slice(1).forEach(({ from }, place) => {
      expect(from).toBeCloseTo(bars[place]?.to ?? 0);
    });
  });
});
