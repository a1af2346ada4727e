import { type Bins, createBins } from './bins.js';
import { type Lane, type LaneMark, laneMarks } from './figures.js';

// What each editor did, and when: for the timeline of the report.

export interface Lanes {
  readonly count: number;
  join(editor: string): void;
  mark(editor: string, what: LaneMark, at: number): void;
  /** In stretches of this length, at least; the busiest `most`, those of `first` before all others. */
  shown(width: number, most: number, first: readonly string[]): { lanes: Lane[]; rest: Lane | null };
}

type Cell = Record<LaneMark, number>;
const emptyCell = (): Cell => ({ saves: 0, combined: 0, conflicts: 0, reconnects: 0 });
const joined = (one: Cell, other: Cell): Cell => {
  for (const what of laneMarks) one[what] += other[what];
  return one;
};

export function createLanes(): Lanes {
  const editors = new Map<string, { totals: Cell; bins: Bins<Cell> }>();

  function of(editor: string) {
    const there = editors.get(editor) ?? { totals: emptyCell(), bins: createBins(emptyCell, joined) };
    editors.set(editor, there);
    return there;
  }

  function rowOf(name: string, width: number, of: ReadonlyArray<{ totals: Cell; bins: Bins<Cell> }>): Lane {
    const totals = of.reduce((sum, one) => joined(sum, one.totals), emptyCell());
    const cells: Cell[] = [];
    for (const { bins } of of) {
      bins.all(width).bins.forEach((cell, place) => {
        cells[place] = joined(cells[place] ?? emptyCell(), cell);
      });
    }
    const marksOf = (what: LaneMark) =>
      cells.flatMap((cell, place): Array<[number, number]> => (cell[what] === 0 ? [] : [[place, cell[what]]]));
    const marks = {
      saves: marksOf('saves'),
      combined: marksOf('combined'),
      conflicts: marksOf('conflicts'),
      reconnects: marksOf('reconnects'),
    };
    return { editor: name, ...totals, marks };
  }

  return {
    get count() {
      return editors.size;
    },
    join: (editor) => void of(editor),
    mark(editor, what, at) {
      const { totals, bins } = of(editor);
      totals[what] += 1;
      bins.at(at)[what] += 1;
    },
    shown(width, most, first) {
      const wanted = new Set(first);
      const weight = ([name, { totals }]: [string, { totals: Cell }]): number =>
        (wanted.has(name) ? 1e9 : 0) + totals.saves + totals.combined + 2 * totals.conflicts + totals.reconnects;
      const sorted = [...editors].sort((one, other) => weight(other) - weight(one));
      const lanes = sorted.slice(0, most).map(([name, lane]) => rowOf(name, width, [lane]));
      const others = sorted.slice(most).map(([, lane]) => lane);
      const rest = others.length === 0 ? null : rowOf(`${others.length} others`, width, others);
      return { lanes, rest };
    },
  };
}
