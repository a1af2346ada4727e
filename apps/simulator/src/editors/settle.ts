import type { Draft, Question, SaveResult } from '@stet/client';
import type { Choosing } from './editor.js';

// How a simulated person answers what the page asks, by the draft's own ways on (C4).

/** Whether something waits for the person's answer: a choice, or typed values whose record is gone. */
export const isAsked = ({ state, isDirty }: Draft): boolean =>
  state.kind === 'choosing' || (state.kind === 'orphaned' && isDirty);

/** The version that the answer goes over. */
export function askedOver({ state, record }: Draft): number | null {
  if (state.kind === 'choosing') return state.choice.theirs.version;
  return record?.server.kind === 'destroyed' ? record.server.version : null;
}

/** Answers, and sends what comes of it: once. */
export async function settle(draft: Draft, how: Choosing): Promise<SaveResult> {
  switch (how) {
    case 'copy':
      draft.keepAsNew();
      return draft.submit();
    case 'discard':
      draft.discard();
      return 'clean';
    default:
      return draft.state.kind === 'orphaned' ? settleOrphan(draft, how) : settleChoice(draft, how);
  }
}

/** Theirs is that it is gone; every other answer brings it back with what was typed. */
async function settleOrphan(draft: Draft, how: Choosing): Promise<SaveResult> {
  if (how !== 'theirs') return draft.restoreWithMine();
  draft.discard();
  return 'clean';
}

async function settleChoice(draft: Draft, how: Choosing): Promise<SaveResult> {
  const { state } = draft;
  if (state.kind !== 'choosing') return state.kind;
  const conflicts = state.choice.questions.filter(({ verdict }) => verdict === 'conflict');
  for (const [place, question] of conflicts.entries()) draft.choose(question.name, sideOf(question, place, how));
  return draft.settle();
}

function sideOf({ proposal }: Question, place: number, how: Choosing): 'mine' | 'theirs' | 'edited' {
  if (how === 'fields') return place % 2 === 0 ? 'theirs' : 'mine';
  // What can only replace each other is not combined by anybody.
  if (how === 'combine') return proposal === null ? 'mine' : 'edited';
  return how === 'theirs' ? 'theirs' : 'mine';
}
