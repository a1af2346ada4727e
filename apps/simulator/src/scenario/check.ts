import { books, checkBody, emptyBody, parseFields } from '@stet/protocol';
import { randomOf } from '../random.js';
import { absentOf, recordIn } from './absent.js';
import { recordsOf } from './contents.js';
import { crowdOf } from './crowd.js';
import type { Deed } from './plan.js';
import { tooMuch } from './plan-of.js';
import { editorSchema, nameSchema, type Scenario } from './scenario.js';
import { parseEvent, readStep, serverName } from './steps.js';
import { typable } from './typing.js';
import type { Fault } from './wording.js';

// What no schema can see: whether the parts of a scenario fit each other, and the store's own fields.

type Path = Fault['path'];

/** The scenario with its contents as the store would keep them, and an editor for each name in its steps where none are named. */
export function checked(given: Scenario): { kind: 'ok'; scenario: Scenario } | { kind: 'wrong'; faults: Fault[] } {
  const faults: Fault[] = [];
  const records = contents(given.records, faults);
  const scenario: Scenario = { ...given, records, editors: editorsOf(given) };
  whoIsThere(scenario, faults);
  if (faults.length === 0) happenings(scenario, faults);
  return faults.length > 0 ? { kind: 'wrong', faults } : { kind: 'ok', scenario };
}

function contents(records: Scenario['records'], faults: Fault[]): Scenario['records'] {
  const content = (fields: Readonly<Record<string, unknown>>, path: Path): Record<string, unknown> => {
    const parsed = parseFields(books, fields);
    const issues =
      parsed.kind === 'invalid' ? parsed.issues : checkBody(books, Object.assign(emptyBody(books), parsed.value));
    for (const issue of issues) {
      const names = issue.message.includes('not a field') ? `; fields are ${Object.keys(books.fields).join(', ')}` : '';
      faults.push({ path: [...path, ...issue.path.split('.').filter(Boolean)], what: `${issue.message}${names}` });
    }
    return parsed.kind === 'ok' ? parsed.value : {};
  };
  if (typeof records === 'number') return records;
  if (Array.isArray(records)) return records.map((fields, index) => content(fields, ['records', index]));
  return Object.fromEntries(
    Object.entries(records).map(([record, fields]) => [record, content(fields, ['records', record])]),
  );
}

/** Steps alone say who there is. */
function editorsOf({ editors, people, steps }: Scenario): Scenario['editors'] {
  if (Object.keys(editors).length > 0 || people.length > 0) return editors;
  const isOne = (who: string) => who !== serverName && nameSchema.safeParse(who).success;
  const named = new Set(steps.flatMap((step) => Object.keys(step)).filter(isOne));
  return Object.fromEntries([...named].map((who) => [who, editorSchema.parse({})]));
}

function whoIsThere({ people, editors, users, steps, events, records }: Scenario, faults: Fault[]): void {
  if (people.length === 0 && steps.length === 0 && events.length === 0)
    faults.push({ path: [], what: 'nothing happens: there must be people, who act by chance, or steps' });
  if (people.length > 0 && typeof records === 'object' && Object.keys(records).length === 0)
    faults.push({ path: ['records'], what: 'must be one or more: people find nothing to work on' });
  for (const [index, { fields = [] }] of people.entries()) {
    for (const [nth, field] of fields.entries()) {
      if (!typable.includes(field))
        faults.push({ path: ['people', index, 'fields', nth], what: `${field} must be one of ${typable.join(', ')}` });
    }
  }
  const roles = new Map<string, string>(Object.entries(users));
  for (const [name, { user = name, role }] of Object.entries(editors)) {
    if (name === serverName) faults.push({ path: ['editors', name], isKey: true, what: 'is no name for an editor' });
    if (role === undefined) continue;
    const said = roles.get(user) ?? role;
    if (said !== role)
      faults.push({ path: ['editors', name, 'role'], what: `must be ${said}, as said before of ${user}` });
    roles.set(user, said);
  }
}

/** Steps and events: that they can be read, and that what they speak of is there. */
function happenings(scenario: Scenario, faults: Fault[]): void {
  const crowd = crowdOf(scenario, randomOf(0));
  const editors = crowd.editors.map(({ name }) => name);
  const users = crowd.users.map(({ user }) => user);
  if (!crowd.editors.some(({ user }) => crowd.users.some((one) => one.user === user && one.role !== 'viewer')))
    faults.push({
      path: [],
      what: 'nobody may write: at least one of the editors must have the role editor or manager',
    });
  const deeds: Array<{ deed: Deed; path: Path }> = [];
  for (const [index, step] of scenario.steps.entries()) {
    const path = ['steps', index];
    const [entry, ...more] = Object.entries(step);
    if (!entry || more.length > 0) {
      faults.push({ path, what: 'must be one thing that one editor does, such as ana: save book-1' });
      continue;
    }
    const [who, text] = entry;
    if (!nameSchema.safeParse(who).success) {
      faults.push({
        path: [...path, who],
        isKey: true,
        what: 'is no name; a time stands behind it: ana: at 300ms leave',
      });
      continue;
    }
    if (who !== serverName && !editors.includes(who))
      faults.push({
        path: [...path, who],
        isKey: true,
        what: `is not there; there are ${some([...editors, serverName])}`,
      });
    const read = readStep(who, text);
    if (read.kind === 'wrong') faults.push({ path: [...path, who], what: read.what });
    else deeds.push({ deed: read.said, path: [...path, who] });
  }
  for (const [index, { do: text }] of scenario.events.entries()) {
    const read = parseEvent(text);
    const path = ['events', index, 'do'];
    if (read.kind === 'ok' && read.at === null) deeds.push({ deed: { who: null, event: read.said }, path });
    else faults.push({ path, what: read.kind === 'wrong' ? read.what : 'has its time in at' });
  }

  const records = recordsOf(scenario).map(({ record }) => record);
  const absent = new Set(
    absentOf(
      [...records, ...scenario.absent],
      deeds.map(({ deed }) => deed),
    ),
  );
  for (const { deed, path } of deeds) {
    const what = unfit(deed, { nodes: scenario.nodes, users, records, absent });
    if (what !== null) faults.push({ path, what });
  }
  const much = tooMuch(scenario, {});
  if (much !== null) faults.push({ path: ['people'], what: much });
}

interface There {
  nodes: number;
  users: readonly string[];
  records: readonly string[];
  absent: ReadonlySet<string>;
}

/** What is wrong with something that can be read. */
function unfit(deed: Deed, { nodes, users, records, absent }: There): string | null {
  if (deed.who === null) {
    const { event } = deed;
    if ('node' in event && event.node >= nodes)
      return `there ${nodes === 1 ? 'is 1 server' : `are ${nodes} servers`}; nodes says how many`;
    if (event.do.endsWith('-redis') && nodes === 1)
      return 'there is 1 server, and so no Redis; nodes says how many servers there are';
    if (event.do === 'access' && !users.includes(event.user))
      return `${event.user} is not there; there are ${some(users)}`;
    return null;
  }
  const { action } = deed;
  const record = recordIn(action);
  if (record !== null && absent.has(record))
    return `${record} is not there; there are ${some(records)}, and what steps create (absent: [${record}] says that it is meant so)`;
  const named = action.do === 'type' ? [action.field] : action.do === 'create' ? Object.keys(action.fields) : [];
  const unknown = named.find((field) => !Object.hasOwn(books.fields, field));
  if (unknown !== undefined) return `${unknown} is not a field; fields are ${Object.keys(books.fields).join(', ')}`;
  const kind = action.do === 'type' && action.value.as === 'word' ? books.fields[action.field]?.kind : undefined;
  return kind === 'integer' || kind === 'choice' ? 'takes a value and no word: use type' : null;
}

const some = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 10).join(', ')} … ${names.at(-1)}` : names.join(', ');
