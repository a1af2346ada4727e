import type { Pair } from './difference.js';

/** The two versions that a person typed, the older one first. */
export function pairOf(
  from: string,
  to: string,
  newest: number,
): { kind: 'ok'; pair: Pair } | { kind: 'wrong'; detail: string } {
  const [a, b] = [numberOf(from, newest), numberOf(to, newest)];
  if (a === null || b === null) return { kind: 'wrong', detail: `There are versions 1 to ${newest}.` };
  if (a === b) return { kind: 'wrong', detail: 'Choose two different versions.' };
  return { kind: 'ok', pair: { from: Math.min(a, b), to: Math.max(a, b) } };
}

function numberOf(text: string, newest: number): number | null {
  const number = /^\d{1,15}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 && number <= newest ? number : null;
}
