import type { HistoryEvent, Kind } from './event.js';

// Reads a history that was written down, line by line: what is no event is said, before anybody judges by it.

/** What an event of each kind must have for the checker to go by it. */
const needed: Readonly<Record<Kind, readonly string[]>> = {
  run: ['format', 'store', 'scenario', 'seed', 'transport', 'mode', 'workspace'],
  access: ['user', 'role', 'is'],
  editor: ['editor', 'user'],
  invoke: ['call', 'editor', 'op', 'key'],
  result: ['call', 'result'],
  line: ['editor', 'line', 'is'],
  hear: ['editor', 'line', 'workspace', 'told'],
  about: ['editor', 'line', 'workspace', 'what'],
  typed: ['editor', 'record', 'field', 'value'],
  chose: ['editor', 'record', 'how', 'over'],
  went: ['editor', 'where'],
  saved: ['editor', 'record', 'state', 'version'],
  fault: ['what'],
  entry: ['told'],
  log: ['whole', 'head'],
  stands: ['record', 'version', 'fields'],
  holds: ['editor', 'record', 'version', 'fields', 'unsaved'],
  notice: ['user', 'record', 'version', 'fields'],
  settled: [],
};

export type ReadEvent = { kind: 'event'; event: HistoryEvent } | { kind: 'wrong'; what: string };

const wrong = (what: string): ReadEvent => ({ kind: 'wrong', what });

/** `isFirst`: a history begins with what run it was. */
export function readEvent(line: string, isFirst: boolean): ReadEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong('is no JSON');
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('at' in value)) {
    return wrong('is no event: it has no "kind" and no "at"');
  }
  const { kind, at } = value;
  if (typeof at !== 'number') return wrong('has an "at" that is no number of milliseconds');
  if (typeof kind !== 'string' || !Object.hasOwn(needed, kind)) {
    return wrong(`has a "kind" that is none: ${JSON.stringify(kind)}`);
  }
  const missing = needed[kind as Kind].filter((name) => !(name in value));
  if (missing.length > 0) return wrong(`is a "${kind}" without ${missing.map((name) => `"${name}"`).join(', ')}`);
  if (isFirst && kind !== 'run') return wrong('is not what a history begins with, which is an event of the kind "run"');
  if (kind === 'run' && 'format' in value && value.format !== 1) {
    return wrong(`has a form that this program does not know: ${JSON.stringify(value.format)}`);
  }
  return { kind: 'event', event: value as HistoryEvent };
}
