import type { Draft, SaveResult } from '@stet/client';
import { type Problem, problemName } from '@stet/protocol';
import type { SaveState } from './editor.js';

// What has become of a save, as the page says it.

const passing = new Set(['unavailable', 'unauthenticated']);

export function stateOf(result: SaveResult, { state }: Draft): SaveState {
  switch (result) {
    case 'saved':
    case 'choosing':
    case 'orphaned':
      return result;
    case 'unchanged':
    case 'clean':
      return 'unchanged';
    case 'failed':
      return state.kind === 'failed' && isPassing(state.problem) ? 'kept' : 'failed';
    default:
      return 'kept';
  }
}

const isPassing = (problem: Problem): boolean => passing.has(problemName(problem) ?? '');
