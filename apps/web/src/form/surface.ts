import type { Choice, Draft, Overtaken } from '@stet/client';
import type { Receipt } from '@stet/protocol';

// What a person is told above the fields: of all that there is to tell, the one thing that comes first. What waits
// behind it is drawn when that has been dealt with, and a banner that waits behind a receipt is named in it.

export type Surface =
  /** The record was destroyed. */
  | { kind: 'orphan' }
  /** They have to choose. */
  | { kind: 'choice'; choice: Choice }
  /** A save was combined, or something that they asked for is done. */
  | { kind: 'receipt'; receipt: Receipt | null; told: string | null; meanwhile: Overtaken | null }
  /** Others have saved. */
  | { kind: 'banner'; overtaken: Overtaken }
  | { kind: 'calm' };

export interface Known extends Pick<Draft, 'state' | 'receipt' | 'overtaken'> {
  isGone: boolean;
  /** What became of what they asked for last, until they have read it. */
  told: string | null;
}

export function surfaceOf({ isGone, state, receipt, told, overtaken }: Known): Surface {
  if (isGone) return { kind: 'orphan' };
  if (state.kind === 'choosing') return { kind: 'choice', choice: state.choice };
  if (receipt || told !== null) return { kind: 'receipt', receipt, told, meanwhile: overtaken };
  if (overtaken) return { kind: 'banner', overtaken };
  return { kind: 'calm' };
}
