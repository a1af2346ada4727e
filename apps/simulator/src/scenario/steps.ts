import { type Form, form, grammar, type Sentence } from './grammar.js';
import type { Action, Deed, ServerEvent } from './plan.js';

// What editors do and what befalls the server, in words: `type book-1 title "Dune"`, `kill server 2`; each with the
// time before it where it has one: `at 300ms save book-1`.

type Simple = 'open' | 'close' | 'save' | 'delete';
const simple = (verb: Simple): Form<Action> =>
  form(
    `${verb} <record>`,
    ({ record }) => ({ do: verb, record }),
    (action) => (action.do === verb ? { record: action.record } : null),
  );

const plain = (text: string, verb: 'leave' | 'offline' | 'online' | 'reload' | 'reconnect'): Form<Action> =>
  form(
    text,
    () => ({ do: verb }),
    (action) => (action.do === verb ? {} : null),
  );

const actions = grammar<Action>([
  simple('open'),
  simple('close'),
  form(
    'type <record> <field> <value>',
    ({ record, field, value }) => ({ do: 'type', record, field, value: { as: 'value', value } }),
    (action) =>
      action.do === 'type' && action.value.as === 'value'
        ? { record: action.record, field: action.field, value: action.value.value }
        : null,
  ),
  form(
    'add <record> <field> <word>',
    ({ record, field, word }) => ({ do: 'type', record, field, value: { as: 'word', word, at: 1 } }),
    (action) =>
      action.do === 'type' && action.value.as === 'word' && action.value.at === 1
        ? { record: action.record, field: action.field, word: action.value.word }
        : null,
  ),
  form(
    'add <record> <field> <word> at <place>',
    ({ record, field, word, place }) => ({ do: 'type', record, field, value: { as: 'word', word, at: place } }),
    (action) =>
      action.do === 'type' && action.value.as === 'word'
        ? { record: action.record, field: action.field, word: action.value.word, place: action.value.at }
        : null,
  ),
  simple('save'),
  form(
    'choose <record> <how>',
    ({ record, how }) => ({ do: 'choose', record, how }),
    (action) => (action.do === 'choose' ? { record: action.record, how: action.how } : null),
  ),
  simple('delete'),
  form(
    'restore <record>',
    ({ record }) => ({ do: 'restore', record, version: null }),
    (action) => (action.do === 'restore' && action.version === null ? { record: action.record } : null),
  ),
  form(
    'restore <record> <version>',
    ({ record, version }) => ({ do: 'restore', record, version }),
    (action) =>
      action.do === 'restore' && action.version !== null ? { record: action.record, version: action.version } : null,
  ),
  form(
    'create <record> <fields>',
    ({ record, fields }) => ({ do: 'create', record, fields }),
    (action) => (action.do === 'create' ? { record: action.record, fields: action.fields } : null),
  ),
  form(
    'look at <record>',
    ({ record }) => ({ do: 'look', record }),
    (action) => (action.do === 'look' ? { record: action.record } : null),
  ),
  plain('leave', 'leave'),
  plain('go offline', 'offline'),
  plain('come back', 'online'),
  plain('reload', 'reload'),
  plain('reconnect', 'reconnect'),
  form(
    'wait <time>',
    ({ time }) => ({ do: 'wait', for: { for: 'time', ms: time } }),
    (action) => (action.do === 'wait' && action.for.for === 'time' ? { time: action.for.ms } : null),
  ),
  form(
    'wait for version <version> of <record>',
    ({ version, record }) => ({ do: 'wait', for: { for: 'version', record, version } }),
    (action) =>
      action.do === 'wait' && action.for.for === 'version'
        ? { version: action.for.version, record: action.for.record }
        : null,
  ),
  form(
    'wait for a question on <record>',
    ({ record }) => ({ do: 'wait', for: { for: 'question', record } }),
    (action) => (action.do === 'wait' && action.for.for === 'question' ? { record: action.for.record } : null),
  ),
  form(
    'wait until live',
    () => ({ do: 'wait', for: { for: 'live' } }),
    (action) => (action.do === 'wait' && action.for.for === 'live' ? {} : null),
  ),
]);

const server = (verb: 'kill' | 'restart'): Array<Form<ServerEvent>> => [
  form(
    `${verb} server`,
    () => ({ do: verb, node: 0 }),
    (event) => (event.do === verb && event.node === 0 ? {} : null),
  ),
  form(
    `${verb} server <node>`,
    ({ node }) => ({ do: verb, node }),
    (event) => (event.do === verb ? { node: event.node } : null),
  ),
];

const redis = (verb: 'kill' | 'restart'): Form<ServerEvent> =>
  form(
    `${verb} redis`,
    () => ({ do: `${verb}-redis` }),
    (event) => (event.do === `${verb}-redis` ? {} : null),
  );

const events = grammar<ServerEvent>([
  ...server('kill'),
  ...server('restart'),
  redis('kill'),
  redis('restart'),
  form(
    'pause redis <time>',
    ({ time }) => ({ do: 'pause-redis', ms: time }),
    (event) => (event.do === 'pause-redis' ? { time: event.ms } : null),
  ),
  form(
    'give <user> <role>',
    ({ user, role }) => ({ do: 'access', user, role }),
    (event) => (event.do === 'access' && event.role !== null ? { user: event.user, role: event.role } : null),
  ),
  form(
    'take <user>',
    ({ user }) => ({ do: 'access', user, role: null }),
    (event) => (event.do === 'access' && event.role === null ? { user: event.user } : null),
  ),
]);

/** `at`: milliseconds; null where no time is said. */
export type Timed<T> = { kind: 'ok'; at: number | null; said: T } | { kind: 'wrong'; what: string };

const times = grammar<number>([
  form(
    'at <time>',
    ({ time }) => time,
    (time) => ({ time }),
  ),
]);

function timed<T>(text: string, read: (text: string) => Sentence<T>): Timed<T> {
  const match = /^\s*(at\s+\d\S*(?:\s+(?:ms|s|m)\b)?)\s+([\s\S]*)$/.exec(text);
  if (!match) {
    const sentence = read(text);
    return sentence.kind === 'ok' ? { ...sentence, at: null } : sentence;
  }
  const at = times.read(match[1] ?? '');
  if (at.kind === 'wrong') return at;
  const sentence = read(match[2] ?? '');
  return sentence.kind === 'ok' ? { ...sentence, at: at.said } : sentence;
}

const before = (at: number | null): string => (at === null ? '' : `${times.write(at)} `);

/** What an editor does: `type book-1 title "Dune"`, or `at 300ms save book-1`. */
export const parseStep = (text: string): Timed<Action> => timed(text, actions.read);
export const stepText = (action: Action, at: number | null = null): string => before(at) + actions.write(action);

/** What befalls the server: `kill server 2`, `pause redis 5s`, `take vic`. */
export const parseEvent = (text: string): Timed<ServerEvent> => timed(text, events.read);
export const eventText = (event: ServerEvent, at: number | null = null): string => before(at) + events.write(event);

/** Stands where an editor's name does, for what befalls the server. */
export const serverName = 'server';

/** One entry of a scenario's steps: who, and what. */
export function readStep(who: string, text: string): Timed<Deed> {
  if (who === serverName) {
    const read = parseEvent(text);
    return read.kind === 'ok' ? { ...read, said: { who: null, event: read.said } } : read;
  }
  const read = parseStep(text);
  return read.kind === 'ok' ? { ...read, said: { who, action: read.said } } : read;
}

/** The same, written: `['ana', 'at 300ms save book-1']`. */
export const entryOf = (deed: Deed, at: number | null = null): [who: string, text: string] =>
  deed.who === null ? [serverName, eventText(deed.event, at)] : [deed.who, stepText(deed.action, at)];

/** In one sentence, as people read it: `ana: save book-1`. */
export const sentenceOf = (deed: Deed): string => entryOf(deed).join(': ');
