import type { EventOf, HistoryEvent, Op, Result, Told } from '../history/event.js';
import { ruleWords } from './rules.js';
import { quote } from './values.js';
import type { Broken } from './verdict.js';

// A broken rule, told for somebody who knows nothing of how it is built: what happened, what is wrong with it, and what
// should have been.

export function story({ what, rule, shown }: Broken, events: Iterable<HistoryEvent>): string[] {
  const asked = callsOf(shown, events);
  const answers = new Map(shown.flatMap((event) => (event.kind === 'result' ? [[event.call, event] as const] : [])));
  const told = new Set<number>();
  const sentences = shown.flatMap((event): string[] => {
    const call = event.kind === 'invoke' || event.kind === 'result' ? event.call : null;
    if (call === null) return sentenceOf(event);
    const invoke = asked.get(call);
    if (!invoke || told.has(call)) return [];
    told.add(call);
    return [callAs(invoke, answers.get(call), shown)];
  });
  return [...sentences, `So ${inside(what)}.`, `This breaks ${rule}. ${ruleWords[rule] ?? ''}`.trim()];
}

/** The calls that are shown, by number; those of which only the answer is shown are looked up. */
function callsOf(shown: readonly HistoryEvent[], events: Iterable<HistoryEvent>): Map<number, EventOf<'invoke'>> {
  const calls = new Map<number, EventOf<'invoke'>>();
  for (const event of shown) if (event.kind === 'invoke') calls.set(event.call, event);
  const wanted = new Set(
    shown.flatMap((event) => (event.kind === 'result' && !calls.has(event.call) ? [event.call] : [])),
  );
  if (wanted.size === 0) return calls;
  for (const event of events) {
    if (event.kind !== 'invoke' || !wanted.delete(event.call)) continue;
    calls.set(event.call, event);
    if (wanted.size === 0) break;
  }
  return calls;
}

const seconds = (at: number): string => `${(at / 1_000).toFixed(3)} s`;

function callAs(
  invoke: EventOf<'invoke'>,
  answer: EventOf<'result'> | undefined,
  shown: readonly HistoryEvent[],
): string {
  const asked = `At ${seconds(invoke.at)} ${invoke.editor} ${askedAs(invoke.op)}`;
  if (!answer) return `${asked}.`;
  // Where something else happened before the answer came, it says when it came.
  const isOverlapped = shown.some((event) => event.at > invoke.at && event.at < answer.at);
  const when = isOverlapped ? `, at ${seconds(answer.at)},` : '';
  return `${asked} and${when} ${answeredAs(invoke.op, answer.result)}.`;
}

function askedAs(op: Op): string {
  switch (op.do) {
    case 'create':
      return `created ${op.record} (${valuesOf(op.set, Object.keys(op.set).slice(0, 3))})`;
    case 'update': {
      const also = Object.keys(op.set).length - op.typed.length;
      const whole =
        also > 0
          ? `; the whole form was sent, with ${also} ${also === 1 ? 'field that was' : 'fields that were'} not touched`
          : '';
      const started = op.started ? `, begun on version ${op.started.n}` : '';
      return `saved ${op.record} (${valuesOf(op.set, op.typed)}${basedOn(op.base)}${started}${whole})`;
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

const valuesOf = (fields: Readonly<Record<string, unknown>>, names: readonly string[]): string =>
  names.map((name) => `${name} ${quote(fields[name])}`).join(', ') || 'nothing typed';

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

function answeredAs(op: Op, result: Result): string {
  switch (result.is) {
    case 'ok': {
      const isRead = op.do === 'read';
      const { n } = result.version;
      const version = n === null ? '' : ` version ${n}`;
      if (isRead) {
        return result.fields
          ? `saw${version || ' it'} (${valuesOf(result.fields, ['title'])})`
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

function sentenceOf(event: HistoryEvent): string[] {
  const at = `At ${seconds(event.at)}`;
  switch (event.kind) {
    case 'hear':
      return [`${at} ${event.editor} was told of change ${event.told.seq}: ${changeAs(event.told)}.`];
    case 'entry':
      return [`The log has as change ${event.told.seq}: ${changeAs(event.told)}${sharedAs(event.told)}.`];
    case 'log':
      return [`The log ends with change ${event.head}.`];
    case 'stands':
      return [`In the end ${event.record} ${standsAs(event)}.`];
    case 'holds':
      return [`In the end the page of ${event.editor} shows that ${event.record} ${standsAs(event)}.`];
    case 'typed':
      return [`${at} ${event.editor} typed ${quote(event.value)} into ${event.field} of ${event.record}.`];
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

function changeAs({ record, action, version, by, changed, fields }: Told): string {
  const values = fields && changed.length > 0 ? ` (${valuesOf(fields, changed.slice(0, 4))})` : '';
  return `${record} ${verbs[action]} by ${by || 'somebody'} as version ${version.n}${values}`;
}

const sharedAs = ({ combined, over }: Told): string =>
  (combined ? `, combined with ${combined.with.join(' and ')}` : '') +
  (over ? `, in place of values of ${over.map(({ user }) => user).join(' and ')}` : '');

function standsAs({ version, fields }: Pick<EventOf<'stands'> | EventOf<'holds'>, 'version' | 'fields'>): string {
  const as = version?.n ? ` as version ${version.n}` : '';
  return fields === null ? `is deleted${as}` : `stands${as} (${valuesOf(fields, Object.keys(fields).slice(0, 6))})`;
}

/** A sentence as part of another one; names stay as they are. */
const inside = (what: string): string =>
  what.replace(/^(?:Version|With|One|The|All|Place|In)\b/, (word) => word.toLowerCase());
