import type { Standing } from './tally.js';
import { duration, number, rate, several } from './words.js';

// A run that goes on, in a line: what there was since the line before, and how it stands.

export interface Glance extends Standing {
  /** Milliseconds of the run's clock. */
  at: number;
}

/** `stage`: what goes on, such as `12/30 s`. */
export function liveLine(stage: string, now: Glance, before: Glance | null): string {
  const seconds = (now.at - (before?.at ?? 0)) / 1_000;
  /** What is too rare for a rate is counted from the beginning. */
  const since = (what: 'saves' | 'conflicts') => {
    const often = rate(seconds > 0 ? (now[what] - (before?.[what] ?? 0)) / seconds : 0);
    return often === '0' ? several(now[what], what.slice(0, -1)) : `${often} ${what}/s`;
  };
  return [
    stage,
    since('saves'),
    since('conflicts'),
    `p50 ${duration(now.latency.p50)}, p99 ${duration(now.latency.p99)}`,
    several(now.reconnects, 'reconnect'),
    `${number(now.live)} of ${number(now.editors)} live`,
  ].join(' · ');
}

export interface Phase {
  phase: 'joining' | 'creating' | 'acting' | 'settling' | 'reading';
  done: number;
  of: number;
}

/** `at`: since they act, of `total`, both in milliseconds. */
export function stageText({ phase, done, of }: Phase, at: number, total: number): string {
  const share = `${number(done)} of ${number(of)}`;
  if (phase === 'creating') return `making records, ${share}`;
  if (phase === 'joining') return `joining, ${share}`;
  if (phase === 'acting') return `${number(Math.floor(at / 1_000))}/${number(total / 1_000)} s`;
  return phase === 'settling' ? `settling, ${share}` : 'looking at what stands where';
}
