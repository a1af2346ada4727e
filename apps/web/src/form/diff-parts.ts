import { type Piece, wordDiff } from '@stet/protocol';

// What a person reads of a difference, as plain data: pieces of text or entries of a list, with the long stretches
// that stayed the same left out.

export type Part =
  | Piece
  /** Something that is the same on both sides and too long to be read again. */
  | { kind: 'left-out'; count: number };

// What is shown of a long unchanged stretch beside each change, and from which length on it is left out.
const around = 90;
const longestSame = 280;

const hasLetters = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Null where the two have nothing in common: then it is one whole value in the place of another. */
export function textParts(before: string, after: string): Part[] | null {
  const pieces = withoutBlanks(wordDiff(before, after));
  if (before !== '' && after !== '' && !pieces.some(({ kind, text }) => kind === 'same' && hasLetters(text)))
    return null;
  return pieces.flatMap((piece, place): Part[] =>
    piece.kind === 'same' ? shortened(piece, place === 0, place === pieces.length - 1) : [piece],
  );
}

/** Words take the blanks before them along: where one word stands for another, the blanks are the same. */
function withoutBlanks(pieces: readonly Piece[]): Piece[] {
  const apart: Piece[] = [];
  for (const piece of pieces) {
    const last = apart.at(-1);
    const blanks = last?.kind === 'gone' && piece.kind === 'come' ? sameBlanks(last.text, piece.text) : '';
    if (!last || blanks === '') {
      apart.push(piece);
      continue;
    }
    apart.pop();
    const rest = [last, piece].map(({ kind, text }) => ({ kind, text: text.slice(blanks.length) }));
    const before = apart.at(-1);
    if (before?.kind === 'same') apart.splice(-1, 1, { kind: 'same', text: before.text + blanks });
    else apart.push({ kind: 'same', text: blanks });
    apart.push(...rest.filter(({ text }) => text !== ''));
  }
  return apart;
}

function sameBlanks(a: string, b: string): string {
  const blanks = /^\s*/.exec(a)?.[0] ?? '';
  return b.startsWith(blanks) ? blanks : '';
}

function shortened(piece: Piece, isFirst: boolean, isLast: boolean): Part[] {
  // By code points, so that no character is cut in two.
  const characters = [...piece.text];
  if (characters.length <= longestSame) return [piece];
  const same = (from: number, to: number): Part[] =>
    from < to ? [{ kind: 'same', text: characters.slice(from, to).join('') }] : [];
  const head = isFirst ? 0 : blankNear(characters, around, 1);
  const tail = isLast ? characters.length : blankNear(characters, characters.length - around, -1);
  return [...same(0, head), { kind: 'left-out', count: tail - head }, ...same(tail, characters.length)];
}

/** The next place between two words, not far from here. */
function blankNear(characters: readonly string[], from: number, step: 1 | -1): number {
  for (let moved = 0; moved < 30; moved += 1) {
    const at = from + moved * step;
    if (/\s/.test(characters[at] ?? '')) return at;
  }
  return from;
}

// A list of which so many entries in a row stayed the same is not read again.
const longestRun = 4;

/** Entries in their order: those of both lists, in the longest order that they have in common, and what went and came. */
export function listParts(before: readonly string[], after: readonly string[]): Part[] {
  const lengths = commonLengths(before, after);
  const common = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  const parts: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old !== undefined && old === now) {
      parts.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (now === undefined || common(i + 1, j) >= common(i, j + 1))) {
      parts.push({ kind: 'gone', text: old });
      i += 1;
    } else if (now !== undefined) {
      parts.push({ kind: 'come', text: now });
      j += 1;
    }
  }
  return withoutRuns(parts);
}

/** What went, then what came; a set has no order, and what stayed is only counted. */
export function setParts(before: readonly string[], after: readonly string[]): Part[] {
  const [old, now] = [new Set(before), new Set(after)];
  const stayed = before.filter((entry) => now.has(entry)).length;
  return [
    ...before.filter((entry) => !now.has(entry)).map((text): Part => ({ kind: 'gone', text })),
    ...after.filter((entry) => !old.has(entry)).map((text): Part => ({ kind: 'come', text })),
    ...(stayed > 0 ? [{ kind: 'left-out' as const, count: stayed }] : []),
  ];
}

/** `[i][j]`: how many entries the two lists have in common from there on. Lists have at most a few hundred. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] as number[], lengths[i + 1] as number[]];
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] =
        before[i] === after[j] ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number);
    }
  }
  return lengths;
}

function withoutRuns(parts: readonly Piece[]): Part[] {
  const shown: Part[] = [];
  for (let from = 0; from < parts.length; ) {
    let to = from;
    while (parts[to]?.kind === 'same') to += 1;
    if (to - from > longestRun) shown.push({ kind: 'left-out', count: to - from });
    else shown.push(...parts.slice(from, Math.max(to, from + 1)));
    from = Math.max(to, from + 1);
  }
  return shown;
}
