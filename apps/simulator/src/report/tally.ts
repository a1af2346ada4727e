import type { EventOf, HistoryEvent, Op } from '../history/event.js';
import { createBins } from './bins.js';
import { createDeliveries } from './deliveries.js';
import type { Figures, Stretch } from './figures.js';
import { createLanes } from './lanes.js';
import { createTimes, type Times } from './spread.js';

// history → figures, event by event and in bounded memory: while the run goes on, for the live view, and at the end.

export interface Tally {
  see(event: HistoryEvent): void;
  /** How it stands, at little cost. */
  now(): Standing;
  /** `first`: editors whose lane is wanted in any case. */
  figures(first?: readonly string[]): Figures;
}

/** Since the beginning; the live view makes rates of it. */
export interface Standing {
  calls: number;
  saves: number;
  conflicts: number;
  reconnects: number;
  /** Editors whose line is open. */
  live: number;
  editors: number;
  /** Of all saves until now. */
  latency: { p50: number; p99: number };
}

const mostLanes = 40;
const mostMarks = 100;
const mostKinds = 30;

type Cell = Omit<Stretch, 'at' | 'latency'> & { times: Times };
const emptyCell = (): Cell => ({
  saves: 0,
  combined: 0,
  conflicts: 0,
  heard: 0,
  reconnects: 0,
  faults: 0,
  times: createTimes(),
});
function joined(one: Cell, { times, ...counts }: Cell): Cell {
  one.times.take(times);
  for (const name of Object.keys(counts) as Array<keyof typeof counts>) one[name] += counts[name];
  return one;
}

export function figuresOf(events: Iterable<HistoryEvent>, first: readonly string[] = []): Figures {
  const tally = createTally();
  for (const event of events) tally.see(event);
  return tally.figures(first);
}

export function createTally(): Tally {
  const open = new Map<number, EventOf<'invoke'>>();
  const users = new Set<string>();
  const records = new Set<string>();
  const everOpen = new Set<string>();
  const live = new Set<string>();
  const saveTimes = createTimes();
  const readTimes = createTimes();
  const deliveries = createDeliveries();
  const lanes = createLanes();
  const bins = createBins(emptyCell, joined);
  const calls = { all: 0, by: {} as Record<Op['do'], number> };
  const saves = { all: 0, ok: 0, combined: 0, unchanged: 0, unknown: 0, again: 0 };
  const refused: Record<string, number> = {};
  const chosen: Record<string, number> = {};
  const faults = new Map<string, number>();
  const marks: Array<{ at: number; what: string }> = [];
  let [conflicts, reconnects, resets, lasted, actedUntil] = [0, 0, 0, 0, 0];
  let isSettled = false;
  let undone = 0;

  function invoked(event: EventOf<'invoke'>): void {
    open.set(event.call, event);
    calls.all += 1;
    count(calls.by, event.op.do);
    if ('record' in event.op) records.add(event.op.record);
    if (!isWrite(event.op)) return;
    saves.all += 1;
    if (deliveries.invoked(event) === 'again') saves.again += 1;
  }

  function answered({ call, result, at }: EventOf<'result'>): void {
    const asked = open.get(call);
    if (!asked) return;
    open.delete(call);
    const took = at - asked.at;
    if (!isWrite(asked.op)) {
      if (result.is !== 'unknown') readTimes.add(took);
      return;
    }
    if (result.is === 'unknown') {
      saves.unknown += 1;
      return;
    }
    const cell = bins.at(at);
    cell.times.add(took);
    saveTimes.add(took);
    if (result.is === 'ok') {
      if (result.unchanged) saves.unchanged += 1;
      else {
        const how = result.receipt ? 'combined' : 'ok';
        saves[how] += 1;
        cell.saves += 1;
        lanes.mark(asked.editor, 'saves', at);
        if (how === 'combined') {
          cell.combined += 1;
          lanes.mark(asked.editor, 'combined', at);
        }
        deliveries.made(asked, result.version.n, result.version.tag);
      }
    } else if (result.is === 'refused') {
      count(refused, result.why);
      if (result.why !== 'stale') return;
      conflicts += 1;
      cell.conflicts += 1;
      lanes.mark(asked.editor, 'conflicts', at);
    }
  }

  function line(event: EventOf<'line'>): void {
    const { editor, at } = event;
    if (event.is === 'reset') resets += 1;
    if (event.is === 'over') live.delete(editor);
    if (event.is !== 'open') return;
    deliveries.opened(editor, at);
    live.add(editor);
    if (everOpen.has(editor)) {
      reconnects += 1;
      bins.at(at).reconnects += 1;
      lanes.mark(editor, 'reconnects', at);
    }
    everOpen.add(editor);
  }

  function fault({ at, what, editor, undone: isUndone }: EventOf<'fault'>): void {
    if (isUndone) undone += 1;
    const kind = faults.has(what) || faults.size < mostKinds ? what : 'others';
    faults.set(kind, (faults.get(kind) ?? 0) + 1);
    bins.at(at).faults += 1;
    // What befalls one editor's messages is counted; what befalls the server has its moment.
    if (editor === undefined && marks.length < mostMarks) marks.push({ at, what });
  }

  return {
    see(event) {
      lasted = Math.max(lasted, event.at);
      if (event.kind === 'invoke') invoked(event);
      else if (event.kind === 'result') answered(event);
      else if (event.kind === 'line') line(event);
      else if (event.kind === 'fault') fault(event);
      else if (event.kind === 'typed') actedUntil = event.at;
      else if (event.kind === 'settled') isSettled = true;
      else if (event.kind === 'chose') count(chosen, event.how);
      else if (event.kind === 'hear') {
        deliveries.hears(event);
        bins.at(event.at).heard += 1;
      } else if (event.kind === 'editor') {
        lanes.join(event.editor);
        users.add(event.user);
      }
    },
    now() {
      const { p50, p99 } = saveTimes.spread();
      const written = saves.ok + saves.combined;
      const editors = lanes.count;
      return {
        calls: calls.all,
        saves: written,
        conflicts,
        reconnects,
        live: live.size,
        editors,
        latency: { p50, p99 },
      };
    },
    figures(first = []) {
      const waiting = [...open.values()].filter(({ op }) => isWrite(op)).length;
      const { width, bins: cells } = bins.all();
      const stretches = cells.map(
        ({ times, ...counts }, place): Stretch => ({ at: place * width, ...counts, latency: times.spread() }),
      );
      const mostSaves = mostIn(
        stretches.map(({ saves: these }) => these),
        width,
      );
      const mean = lasted === 0 ? 0 : (saves.ok + saves.combined) / (lasted / 1_000);
      return {
        lasted,
        isSettled,
        undone,
        actedUntil,
        editors: lanes.count,
        users: users.size,
        records: records.size,
        calls: { all: calls.all, by: { ...calls.by } },
        saves: {
          ...saves,
          unknown: saves.unknown + waiting,
          refused: { ...refused },
          perSecond: { mean, most: Math.max(mean, mostSaves) },
        },
        conflicts: { all: conflicts, chosen: { ...chosen } },
        latency: { save: saveTimes.spread(), read: readTimes.spread(), delivery: deliveries.times.spread() },
        distribution: { save: saveTimes.bars(40), delivery: deliveries.times.bars(40) },
        heard: { ...deliveries.heard },
        reconnects,
        resets,
        faults: Object.fromEntries(faults),
        over: { width, stretches },
        marks: [...marks],
        ...lanes.shown(width, mostLanes, first),
      };
    },
  };
}

/** A second: in the busiest second, or a stretch where that is longer. */
function mostIn(counts: readonly number[], width: number): number {
  const together = Math.max(1, Math.round(1_000 / width));
  let [sum, most] = [0, 0];
  for (const [place, count] of counts.entries()) {
    sum += count - (counts[place - together] ?? 0);
    most = Math.max(most, sum);
  }
  return most / ((together * width) / 1_000);
}

const isWrite = (op: Op): boolean => op.do !== 'read' && op.do !== 'list';
const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};
