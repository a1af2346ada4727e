import { diffComm } from 'node-diff3';
import { comparing, lines, mostWork, words } from './weave.js';

// What differs between two texts, for people to read: by line, and within the lines that differ by word.

export interface Piece {
  kind: 'same' | 'gone' | 'come';
  text: string;
}

const piece = (kind: Piece['kind'], tokens: readonly string[]): Piece[] =>
  tokens.length > 0 ? [{ kind, text: tokens.join('') }] : [];

interface Stretch {
  same: string[];
  gone: string[];
  come: string[];
}

const stretches = (before: string[], after: string[]): Stretch[] =>
  comparing(before, after) > mostWork
    ? [{ same: [], gone: before, come: after }]
    : diffComm(before, after).map((found) =>
        found.common
          ? { same: found.common, gone: [], come: [] }
          : { same: [], gone: found.buffer1 ?? [], come: found.buffer2 ?? [] },
      );

/** The pieces in reading order: joined without `come` they are `before`, without `gone` they are `after`. */
export function wordDiff(before: string, after: string): Piece[] {
  const byLine = stretches(lines(before), lines(after));
  const inWords = byLine.map(({ same, gone, come }) => ({
    same,
    gone: words(gone.join('')),
    come: words(come.join('')),
  }));
  const work = inWords.reduce((sum, { gone, come }) => sum + comparing(gone, come), 0);
  const fine = inWords.flatMap((stretch) =>
    stretch.same.length > 0 || work > mostWork ? [stretch] : stretches(stretch.gone, stretch.come),
  );
  return joined(
    fine.flatMap(({ same, gone, come }) => [...piece('same', same), ...piece('gone', gone), ...piece('come', come)]),
  );
}

function joined(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const { kind, text } of pieces) {
    const last = whole.at(-1);
    if (last?.kind === kind) last.text += text;
    else whole.push({ kind, text });
  }
  return whole;
}
