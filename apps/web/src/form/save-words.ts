import type { DraftState, WhyPassing } from '@stet/client';
import { type Problem, problemName, type Receipt, type Resource } from '@stet/protocol';
import { withWords } from './receipt-words.js';
import { issueWords, labelOf, type Naming, shortList } from './words.js';

// The save state in words (C6): true at each step, and short enough for a line or two.

export interface SaveSaid {
  resource: Resource;
  state: DraftState;
  touched: readonly string[];
  /** Why the device does not keep what was typed; null where nothing is wrong. */
  notKept: string | null;
  receipt: Receipt | null;
  nameOf: Naming;
  isNew: boolean;
  /** The record's version as this page knows it; null for a new one. */
  newest: number | null;
  /** The record was destroyed. */
  isGone: boolean;
  /** False where the role allows no changes, or no more. */
  canWrite: boolean;
}

export function saveWords(said: SaveSaid): string {
  const words = stateWords(said);
  return said.notKept === null ? words : `${words}. Not kept on this device: ${said.notKept}`;
}

function stateWords({ resource, state, touched, isNew, isGone, canWrite, ...said }: SaveSaid): string {
  const { one } = resource.label;
  if (isGone && touched.length === 0) return `This ${one} ${canWrite ? 'was deleted' : 'is not there any more'}`;
  switch (state.kind) {
    case 'clean':
      return isNew ? `New ${one}, nothing typed yet` : 'No changes';
    case 'unsaved':
      if (!canWrite) return 'Not saved: your role allows no changes any more. What you typed is kept here';
      return `Unsaved changes in ${shortList(touched.map((name) => labelOf(resource, name)))}`;
    case 'saving':
      return 'Saving…';
    case 'retrying':
      return `Not saved yet: ${againWords(state.why)}`;
    case 'saved':
      return savedAs(state.version, said);
    case 'failed':
      return `Not saved: ${whyNot(resource, state.problem)}`;
    case 'choosing':
      return 'Waiting for your choice';
    case 'orphaned':
      return `Not saved: this ${one} was deleted. What you typed is kept here`;
  }
}

/** Why something is not done yet, and that it will be. */
export const againWords = (why: WhyPassing): string =>
  `the server ${why === 'busy' ? 'is not ready' : 'cannot be reached'}; trying again`;

function savedAs(version: number, { receipt, nameOf, newest }: Pick<SaveSaid, 'receipt' | 'nameOf' | 'newest'>) {
  const combined = receipt?.version === version ? `, combined with ${withWords(receipt, nameOf)}` : '';
  const since = newest !== null && newest > version ? `; version ${newest} has come in since` : '';
  return `Saved as version ${version}${combined}${since}`;
}

function whyNot(resource: Resource, problem: Problem): string {
  switch (problemName(problem)) {
    case 'unauthenticated':
      return 'nobody is signed in';
    case 'unavailable':
      return sentenceIn(problem.detail);
  }
  const { detail, errors = [] } = problem;
  const [first] = errors;
  if (!first) return detail;
  const rest = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return `${issueWords(resource, first)}${rest}`;
}

/** The first of its sentences, within another one. */
function sentenceIn(detail: string): string {
  const [first = ''] = detail.split(/\.\s|\.$/);
  return first.charAt(0).toLowerCase() + first.slice(1);
}
