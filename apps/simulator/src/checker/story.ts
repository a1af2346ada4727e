import type { EventOf, Fields, HistoryEvent, Op, Result, Told } from '../history/event.js';
import { ruleWords } from './rules.js';
import { quote, same } from './values.js';
import type { Broken } from './verdict.js';

// A broken rule, told for somebody who knows nothing of how it is built: what happened, what is wrong with it, and what
// should have been.

export function story({ what, rule, shown }: Broken, events: Iterable<HistoryEvent>): string[] {
  const { calls, users } = knownOf(shown, events);
  const answers = new Map(shown.flatMap((event) => (event.kind === 'result' ? [[event.call, event] as const] : [])));
  const told = new Set<number>();
  const seen = contentsIn(shown, calls);
  const sentences = shown.flatMap((event): string[] => {
    const call = event.kind === 'invoke' || event.kind === 'result' ? event.call : null;
    if (call === null) return sentenceOf(event, seen);
    const invoke = calls.get(call);
    if (!invoke || told.has(call)) return [];
    told.add(call);
    return [callAs(invoke, answers.get(call), shown, seen)];
  });
  const pages = new Map([...users].filter(([editor, user]) => editor !== user));
  return [
    ...sentences.map((sentence) => introduced(sentence, pages)),
    introduced(`So ${inside(what)}.`, pages),
    `This breaks ${rule}. ${ruleWords[rule] ?? ''}`.trim(),
  ];
}

/** Where a person is said to do something at a page of another name, it is said once whose page it is. */
function introduced(sentence: string, pages: Map<string, string>): string {
  return sentence.replace(/[^\s"]+/g, (word) => {
    const user = pages.get(word);
    if (user === undefined) return word;
    pages.delete(word);
    return `${word} (a page of ${user})`;
  });
}

/** The calls that are shown, by number, and whose pages are; calls of which only the answer is shown are looked up. */
function knownOf(shown: readonly HistoryEvent[], events: Iterable<HistoryEvent>) {
  const calls = new Map<number, EventOf<'invoke'>>();
  const users = new Map<string, string>();
  for (const event of shown) if (event.kind === 'invoke') calls.set(event.call, event);
  const wanted = new Set(
    shown.flatMap((event) => (event.kind === 'result' && !calls.has(event.call) ? [event.call] : [])),
  );
  const editors = new Set(shown.flatMap((event) => ('editor' in event && event.editor ? [event.editor] : [])));
  for (const event of events) {
    if (event.kind === 'invoke' && wanted.delete(event.call)) {
      calls.set(event.call, event);
      if (!users.has(event.editor)) editors.add(event.editor);
    } else if (event.kind === 'editor') {
      users.set(event.editor, event.user);
      editors.delete(event.editor);
    }
    if (wanted.size === 0 && editors.size === 0) break;
  }
  return { calls, users };
}

/** Values of one field of one record that come to light in what is shown, in order. */
type Seen = (record: string, field: string) => readonly unknown[];

function contentsIn(shown: readonly HistoryEvent[], calls: ReadonlyMap<number, EventOf<'invoke'>>): Seen {
  const contents = shown.flatMap((event): Array<{ record: string; fields: Fields }> => {
    if (event.kind === 'hear' || event.kind === 'entry') return contentOf(event.told.record, event.told.fields);
    if (event.kind === 'stands' || event.kind === 'holds') return contentOf(event.record, event.fields);
    if (event.kind === 'typed') return contentOf(event.record, { [event.field]: event.value });
    const op = event.kind === 'invoke' ? event.op : event.kind === 'result' ? calls.get(event.call)?.op : undefined;
    if (!op || op.do === 'list') return [];
    if (event.kind === 'invoke') return 'set' in op ? contentOf(op.record, op.set) : [];
    if (event.kind !== 'result') return [];
    if (event.result.is === 'ok') return contentOf(op.record, event.result.fields);
    return event.result.is === 'refused' ? contentOf(op.record, event.result.current?.fields ?? null) : [];
  });
  return (record, field) =>
    contents.flatMap((each) => (each.record === record && field in each.fields ? [each.fields[field]] : []));
}

const contentOf = (record: string, fields: Fields | null) => (fields ? [{ record, fields }] : []);

const seconds = (at: number): string => `${(at / 1_000).toFixed(3)} s`;

function callAs(
  invoke: EventOf<'invoke'>,
  answer: EventOf<'result'> | undefined,
  shown: readonly HistoryEvent[],
  seen: Seen,
): string {
  const back = putBack(invoke, answer, shown);
  const asked = `At ${seconds(invoke.at)} ${invoke.editor} ${askedAs(invoke.op, back, seen)}`;
  if (!answer) return `${asked}.`;
  // Where something else happened before the answer came, it says when it came.
  const isOverlapped = shown.some((event) => event.at > invoke.at && event.at < answer.at);
  const when = isOverlapped ? `, at ${seconds(answer.at)},` : '';
  return `${asked} and${when} ${answeredAs(invoke.op, answer.result, seen)}.`;
}

/** Fields of a whole form that were not touched there, and that somebody else had typed into before it was through. */
function putBack(
  { call, op }: EventOf<'invoke'>,
  answer: EventOf<'result'> | undefined,
  shown: readonly HistoryEvent[],
): string[] {
  if (op.do !== 'update') return [];
  const until = answer ? shown.indexOf(answer) : shown.length;
  const others = shown
    .slice(0, until)
    .flatMap((event) => (event.kind === 'invoke' && event.call !== call && event.op.do === 'update' ? [event.op] : []));
  return Object.keys(op.set).filter(
    (field) =>
      !op.typed.includes(field) &&
      others.some(
        ({ record, typed, set }) =>
          record === op.record && typed.includes(field) && !same(field, set[field], op.set[field]),
      ),
  );
}

function askedAs(op: Op, back: readonly string[], seen: Seen): string {
  switch (op.do) {
    case 'create':
      return `created ${op.record} (${valuesOf(op.record, op.set, Object.keys(op.set).slice(0, 3), seen)})`;
    case 'update': {
      const also = Object.keys(op.set).length - op.typed.length;
      const among = back.slice(0, 3).map((field) => `${field}: ${wordsOf(op.record, field, op.set[field], seen)}`);
      const old = among.length === 0 ? '' : `${also === 1 ? ',' : ', among them'} ${among.join(', ')}`;
      const whole =
        also > 0
          ? `; the whole form was sent, with ${also} ${also === 1 ? 'field that was' : 'fields that were'} not touched${old}`
          : '';
      const started = op.started ? `, begun on version ${op.started.n}` : '';
      return `saved ${op.record} (${valuesOf(op.record, op.set, op.typed, seen)}${basedOn(op.base)}${started}${whole})`;
    }
    case 'destroy':
      return `deleted ${op.record}${op.base ? ` (${basedOn(op.base).slice(2)})` : ''}`;
    case 'restore':
      return `restored version ${op.version} of ${op.record}${op.base ? ` (${basedOn(op.base).slice(2)})` : ''}`;
    case 'read':
      return `opened ${op.record}`;
    case 'list':
      return 'read the list';
  }
}

const basedOn = (base: { n: number | null } | null): string =>
  base === null ? '' : base.n === null ? ', based on another version' : `, based on version ${base.n}`;

const valuesOf = (record: string, fields: Fields, names: readonly string[], seen: Seen): string =>
  names.map((name) => `${name} ${wordsOf(record, name, fields[name], seen)}`).join(', ') || 'nothing typed';

/** A long one is shown where it is another than the one before it, or else than the one after. */
function wordsOf(record: string, field: string, value: unknown, seen: Seen): string {
  const all = seen(record, field);
  const at = all.indexOf(value);
  const isOther = (each: unknown) => !same(field, each, value);
  return quote(value, all.slice(0, Math.max(0, at)).findLast(isOther) ?? all.slice(at + 1).find(isOther));
}

const refusals: Readonly<Record<Extract<Result, { is: 'refused' }>['why'], string>> = {
  stale: 'somebody else has saved meanwhile',
  gone: 'it is deleted',
  absent: 'there is no such record',
  taken: 'there is one already',
  unguarded: 'it names no version',
  invalid: 'that is no valid value',
  forbidden: 'this person may not',
  'key-reused': 'its key was used for something else',
  busy: 'the server is busy',
  other: 'the server says no',
};

function answeredAs(op: Op, result: Result, seen: Seen): string {
  switch (result.is) {
    case 'ok': {
      const { n } = result.version;
      const version = n === null ? '' : ` version ${n}`;
      if (op.do === 'read') {
        return result.fields
          ? `saw${version || ' it'} (${valuesOf(op.record, result.fields, ['title'], seen)})`
          : `was told: deleted${n === null ? '' : `, as version ${n}`}`;
      }
      const combined = result.receipt ? `, combined with ${result.receipt.with.join(' and ') || 'own changes'}` : '';
      if (result.unchanged) return `was told: it stands so already${n === null ? '' : `, as version ${n}`}`;
      return `was told: ${op.do === 'destroy' ? 'deleted' : 'saved'}${n === null ? '' : ` as version ${n}`}${combined}`;
    }
    case 'list':
      return `saw ${result.records.length} records`;
    case 'refused': {
      const n = result.current?.version.n ?? null;
      return `was refused: ${refusals[result.why]}${n === null ? '' : ` (version ${n} stands)`}`;
    }
    case 'unknown':
      return 'got no answer';
  }
}

function sentenceOf(event: HistoryEvent, seen: Seen): string[] {
  const at = `At ${seconds(event.at)}`;
  switch (event.kind) {
    case 'hear':
      return [`${at} ${event.editor} was told of change ${event.told.seq}: ${changeAs(event.told, seen)}.`];
    case 'entry':
      return [`The log has as change ${event.told.seq}: ${changeAs(event.told, seen)}${sharedAs(event.told)}.`];
    case 'log':
      return [`The log ends with change ${event.head}.`];
    case 'stands':
      return [`In the end ${event.record} ${standsAs(event, seen)}.`];
    case 'holds':
      return [`In the end the page of ${event.editor} shows that ${event.record} ${standsAs(event, seen)}.`];
    case 'typed':
      return [
        `${at} ${event.editor} typed ${wordsOf(event.record, event.field, event.value, seen)} into ${event.field} of ${event.record}.`,
      ];
    case 'chose':
      return [`${at} ${event.editor} settled a conflict over ${event.record}: ${event.how}.`];
    case 'saved':
      return [
        `${at} the page of ${event.editor} said of ${event.record}: ${event.state}${event.version === null ? '' : ` as version ${event.version}`}.`,
      ];
    case 'fault':
      return [`${at} there was a fault: ${event.what}${event.editor ? ` (${event.editor})` : ''}.`];
    case 'about':
      return [`${at} ${event.editor} was told of a ${event.what} in ${event.workspace}.`];
    case 'line':
      return [`${at} ${event.editor} ${lineAs(event)}.`];
    case 'access':
      return [`${at} ${event.user} ${event.role === null ? 'lost all access' : `was made ${event.role}`}.`];
    default:
      return [];
  }
}

function lineAs(event: EventOf<'line'>): string {
  switch (event.is) {
    case 'asked':
      return event.from === null ? 'connected' : `asked for what came after change ${event.from}`;
    case 'open':
      return `was connected, from change ${event.from} on`;
    case 'reset':
      return 'was told to read all anew';
    case 'over':
      return `lost the connection (${event.why})`;
  }
}

const verbs = { create: 'created', update: 'saved', destroy: 'deleted' } as const;

function changeAs({ record, action, version, by, changed, fields }: Told, seen: Seen): string {
  const values = fields && changed.length > 0 ? ` (${valuesOf(record, fields, changed.slice(0, 4), seen)})` : '';
  return `${record} ${verbs[action]} by ${by || 'somebody'} as version ${version.n}${values}`;
}

const sharedAs = ({ combined, over }: Told): string =>
  (combined ? `, combined with ${combined.with.join(' and ')}` : '') +
  (over ? `, in place of values of ${over.map(({ user }) => user).join(' and ')}` : '');

function standsAs({ record, version, fields }: EventOf<'stands'> | EventOf<'holds'>, seen: Seen): string {
  const as = version?.n ? ` as version ${version.n}` : '';
  return fields === null
    ? `is deleted${as}`
    : `stands${as} (${valuesOf(record, fields, Object.keys(fields).slice(0, 6), seen)})`;
}

/** A sentence as part of another one; names stay as they are. */
const inside = (what: string): string =>
  what.replace(/^(?:Version|With|One|The|All|Place|In)\b/, (word) => word.toLowerCase());
