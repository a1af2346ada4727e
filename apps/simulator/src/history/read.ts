import { wording } from '../scenario/wording.js';
import type { HistoryEvent, Kind } from './event.js';
import { schemas } from './schema.js';

// Reads a history that was written down, line by line: what is no event, or cannot come after what came before it, is
// said, before anybody judges by it.

/** What people type is a text, or a list of them: nobody nests so deep but to use up the stack. */
const deepest = 50;

export type ReadEvent = { kind: 'event'; event: HistoryEvent } | { kind: 'wrong'; what: string };

const wrong = (what: string): ReadEvent => ({ kind: 'wrong', what });

/** To be given each line of one history, in their order. `what` goes on where "line 7, " ends. */
export function createReader(): (line: string) => ReadEvent {
  let isBegun = false;
  /** Of each call that was begun, whether it has its answer. */
  const calls = new Map<number, boolean>();

  function misplaced(event: HistoryEvent): string | null {
    if (!isBegun && event.kind !== 'run')
      return 'is not what a history begins with, which is an event of the kind "run"';
    if (isBegun && event.kind === 'run') return 'is a second "run": a file holds the history of one';
    if (event.kind === 'invoke' && calls.has(event.call)) return `begins call ${event.call} a second time`;
    if (event.kind !== 'result') return null;
    const isAnswered = calls.get(event.call);
    if (isAnswered === undefined) return `is the result of call ${event.call}, which no line before it begins`;
    return isAnswered ? `is a second result of call ${event.call}` : null;
  }

  return (line) => {
    const read = readEvent(line);
    if (read.kind === 'wrong') return read;
    const { event } = read;
    const why = misplaced(event);
    if (why !== null) return wrong(why);
    isBegun = true;
    if (event.kind === 'invoke') calls.set(event.call, false);
    if (event.kind === 'result') calls.set(event.call, true);
    return read;
  };
}

/** The event as it stands in the line, with whatever else stands in it. */
function readEvent(line: string): ReadEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return wrong('is no JSON');
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('at' in value)) {
    return wrong('is no event: it has no "kind" and no "at"');
  }
  const { kind } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind)) {
    return wrong(
      `has a "kind" that is none: ${short(JSON.stringify(kind))}. It must be one of ${Object.keys(schemas).join(', ')}`,
    );
  }
  if (kind === 'run' && 'format' in value && value.format !== 1) {
    return wrong(`has a form that this program does not know: ${short(JSON.stringify(value.format))}`);
  }
  if (isDeep(value, deepest)) return wrong(`is nested more than ${deepest} deep`);
  const parsed = schemas[kind as Kind].safeParse(value, { error: wording });
  if (parsed.success) return { kind: 'event', event: value as HistoryEvent };
  const faults = parsed.error.issues.slice(0, mostFaults).map(({ path, message }) => `${path.join('.')} ${message}`);
  return wrong(`is no "${kind}" as it must be: ${faults.join('; ')}`);
}

/** Whoever has mended these sees the next ones. */
const mostFaults = 3;

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const each of Object.values(value)) if (isDeep(each, left - 1)) return true;
  return false;
}
