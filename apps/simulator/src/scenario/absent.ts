import type { Action, Deed } from './plan.js';

// Records that are spoken of though they are not there at the beginning and nothing makes them: a slip of the pen in a
// file that a person writes, and what is left where a run is reduced to few steps.

/** The record that it is about; null where it is about none. */
export function recordIn(action: Action): string | null {
  if ('record' in action) return action.record;
  return action.do === 'wait' && 'record' in action.for ? action.for.record : null;
}

export function absentOf(records: Iterable<string>, deeds: Iterable<Deed>): string[] {
  const there = new Set(records);
  const named = new Set<string>();
  for (const deed of deeds) {
    if (deed.who === null) continue;
    const record = recordIn(deed.action);
    if (record === null) continue;
    if (deed.action.do === 'create') there.add(record);
    else named.add(record);
  }
  return [...named].filter((record) => !there.has(record));
}
