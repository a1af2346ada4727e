import { clearLine, cursorTo } from 'node:readline';
import { createTally, type Glance, liveLine, type Phase, type Recorder, stageText } from '@stet/simulator';
import { note } from '../terminal.js';

// A run while it goes on: one line, drawn anew, on a terminal; else a plain line every few seconds, so that a log stays
// readable.

export interface View {
  watch(recorder: Recorder): void;
  phase(phase: Phase): void;
  /** In the line's place, for what comes after the run. */
  tell(text: string): void;
  /** Leaves nothing half-drawn. */
  end(): void;
}

const drawnEvery = 250;
const plainEvery = 5_000;
const ratesOf = 2_000;

export const noView: View = { watch: () => {}, phase: () => {}, tell: () => {}, end: () => {} };

/** `total`: milliseconds that they act for. Timers and clock are the machine's own: made before any virtual ones. */
export function createView(total: number): View {
  const isTerminal = process.stderr.isTTY === true;
  let tally = createTally();
  let [at, actsSince] = [0, 0];
  let phase: Phase | null = null;
  const before: Glance[] = [];
  let own: string | null = null;
  let drawn = '';

  function line(): string | null {
    if (own !== null) return own;
    if (!phase) return null;
    const now = { ...tally.now(), at };
    before.push(now);
    // Rates are of the last two seconds: of less, they would jump.
    while (before[1] && before[1].at <= at - ratesOf) before.shift();
    return liveLine(stageText(phase, at - actsSince, total), now, before[0] === now ? null : (before[0] ?? null));
  }

  function draw(): void {
    const text = line();
    if (text === null || text === drawn) return;
    if (!isTerminal) {
      note(text);
      drawn = text;
      return;
    }
    wipe();
    drawn = text.slice(0, Math.max(20, (process.stderr.columns || 80) - 1));
    process.stderr.write(drawn);
  }

  function wipe(): void {
    if (!isTerminal || drawn === '') return;
    clearLine(process.stderr, 0);
    cursorTo(process.stderr, 0);
    drawn = '';
  }

  const timer = setInterval(draw, isTerminal ? drawnEvery : plainEvery);
  return {
    watch(recorder) {
      tally = createTally();
      recorder.subscribe((event) => {
        tally.see(event);
        at = event.at;
      });
    },
    phase(now) {
      if (now.phase === 'joining' || now.phase === 'creating') actsSince = at;
      phase = now;
    },
    tell(text) {
      own = text;
    },
    end() {
      clearInterval(timer);
      wipe();
    },
  };
}
