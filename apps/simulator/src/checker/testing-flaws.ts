import type { EventOf, Fields, HistoryEvent, Op, Result, Told } from '../history/event.js';
import { differing, ruleOf, same } from './values.js';

// Flaws to plant into a right history, each of another kind: what the checker has to find. None of them touches the
// history that it is given; null where there is no place for it.

export type Flaw = (events: readonly HistoryEvent[]) => HistoryEvent[] | null;

type At<K extends HistoryEvent['kind']> = { place: number; event: EventOf<K> };

function all<K extends HistoryEvent['kind']>(events: readonly HistoryEvent[], kind: K): Array<At<K>> {
  return events.flatMap((event, place) => (event.kind === kind ? [{ place, event: event as EventOf<K> }] : []));
}

const middle = <T>(from: readonly T[]): T | undefined => from[Math.floor(from.length / 2)];

/** With other events in the place of some. */
function swapped(
  events: readonly HistoryEvent[],
  changes: ReadonlyMap<number, readonly HistoryEvent[]>,
): HistoryEvent[] {
  return events.flatMap((event, place) => changes.get(place) ?? [event]);
}

const instead = (events: readonly HistoryEvent[], place: number, ...others: HistoryEvent[]): HistoryEvent[] =>
  swapped(events, new Map([[place, others]]));

/** Changes the one in the middle of those that fit. */
function change<K extends HistoryEvent['kind']>(
  kind: K,
  fits: (event: EventOf<K>, events: readonly HistoryEvent[]) => boolean,
  how: (event: EventOf<K>) => HistoryEvent[],
): Flaw {
  return (events) => {
    const found = middle(all(events, kind).filter(({ event }) => fits(event, events)));
    return found ? instead(events, found.place, ...how(found.event)) : null;
  };
}

interface Made {
  invoke: At<'invoke'>;
  result: At<'result'>;
  op: Op;
  answer: Result;
}

/** Calls with their answers, only those whose key was sent once. */
function calls(events: readonly HistoryEvent[]): Made[] {
  const invokes = new Map(all(events, 'invoke').map((each) => [each.event.call, each]));
  const tries = new Map<string | null, number>();
  for (const { event } of invokes.values()) tries.set(event.key, (tries.get(event.key) ?? 0) + 1);
  return all(events, 'result').flatMap((result) => {
    const invoke = invokes.get(result.event.call);
    if (!invoke || (invoke.event.key !== null && tries.get(invoke.event.key) !== 1)) return [];
    return [{ invoke, result, op: invoke.event.op, answer: result.event.result }];
  });
}

type Ok = Extract<Result, { is: 'ok' }>;
type Update = Extract<Op, { do: 'update' }>;
const isMade = ({ answer, op }: Made): boolean =>
  answer.is === 'ok' && !answer.unchanged && op.do !== 'read' && op.do !== 'list';

function changeCall(
  fits: (made: Made) => boolean,
  how: { op?: (op: Op) => Op; answer?: (answer: Result) => Result },
): Flaw {
  return (events) => {
    const found = middle(calls(events).filter(fits));
    if (!found) return null;
    const { invoke, result, op, answer } = found;
    return swapped(
      events,
      new Map([
        [invoke.place, [{ ...invoke.event, op: how.op?.(op) ?? op }]],
        [result.place, [{ ...result.event, result: how.answer?.(answer) ?? answer }]],
      ]),
    );
  };
}

const at = (events: readonly HistoryEvent[], place: number): number => events[place]?.at ?? 0;

/** One more call, right after a place. */
function furtherCall(
  events: readonly HistoryEvent[],
  place: number,
  { editor, op, key, result }: { editor: string; op: Op; key: string | null; result: Result },
): HistoryEvent[] {
  const call = 1_000_000 + place;
  const when = at(events, place);
  const asked: HistoryEvent = { at: when, kind: 'invoke', call, editor, op, key };
  return instead(events, place, events[place] as HistoryEvent, asked, { at: when, kind: 'result', call, result });
}

/** Gives a field another value in a version and in all after it, wherever they are shown, until somebody writes it. */
function rewritten(events: readonly HistoryEvent[], from: Told, field: string, value: unknown): HistoryEvent[] {
  const later = all(events, 'entry')
    .map(({ event }) => event.told)
    .filter(({ record, seq }) => record === from.record && seq > from.seq);
  const until =
    later.find(({ changed, action }) => changed.includes(field) || action !== 'update')?.version.n ?? Infinity;
  const isIn = (record: string, n: number | null) =>
    record === from.record && n !== null && n >= (from.version.n ?? 0) && n < until;
  const put = <T extends Fields | null>(fields: T): T => (fields === null ? fields : { ...fields, [field]: value });
  return events.map((event): HistoryEvent => {
    switch (event.kind) {
      case 'entry':
      case 'hear': {
        const { told } = event;
        return isIn(told.record, told.version.n) ? { ...event, told: { ...told, fields: put(told.fields) } } : event;
      }
      case 'stands':
      case 'holds':
        return isIn(event.record, event.version?.n ?? null) ? { ...event, fields: put(event.fields) } : event;
      case 'result':
        return { ...event, result: rewrittenAnswer(events, event, isIn, put) };
      default:
        return event;
    }
  });
}

const opsOf = new WeakMap<readonly HistoryEvent[], Map<number, Op>>();

function opOf(events: readonly HistoryEvent[], call: number): Op | undefined {
  const ops = opsOf.get(events) ?? new Map(all(events, 'invoke').map(({ event }) => [event.call, event.op]));
  opsOf.set(events, ops);
  return ops.get(call);
}

function rewrittenAnswer(
  events: readonly HistoryEvent[],
  { call, result }: EventOf<'result'>,
  isIn: (record: string, n: number | null) => boolean,
  put: <T extends Fields | null>(fields: T) => T,
): Result {
  if (result.is === 'list') {
    const records = result.records.map((each) =>
      isIn(each.record, each.version.n) ? { ...each, fields: put(each.fields) } : each,
    );
    return { ...result, records };
  }
  const op = opOf(events, call);
  const record = op && op.do !== 'list' ? op.record : '';
  if (result.is === 'ok') return isIn(record, result.version.n) ? { ...result, fields: put(result.fields) } : result;
  if (result.is !== 'refused' || !result.current || !isIn(record, result.current.version.n)) return result;
  return { ...result, current: { ...result.current, fields: put(result.current.fields) } };
}

/** Entries of the log with the one before them. */
function steps(events: readonly HistoryEvent[]): Array<{ told: Told; before: Told }> {
  const last = new Map<string, Told>();
  return all(events, 'entry').flatMap(({ event: { told } }) => {
    const before = last.get(told.record);
    last.set(told.record, told);
    return before ? [{ told, before }] : [];
  });
}

const oneLine = (events: readonly HistoryEvent[]): Array<At<'hear'>> => all(events, 'hear');

/** Two deliveries that follow each other on one line. */
function neighbours(events: readonly HistoryEvent[]): Array<[At<'hear'>, At<'hear'>]> {
  const last = new Map<number, At<'hear'> | null>();
  const found: Array<[At<'hear'>, At<'hear'>]> = [];
  for (const [place, event] of events.entries()) {
    if (event.kind === 'line') last.set(event.line, null);
    if (event.kind !== 'hear') continue;
    const before = last.get(event.line);
    if (before) found.push([before, { place, event }]);
    last.set(event.line, { place, event });
  }
  return found;
}

const ofEditor = (event: { editor: string }) => ['ana', 'ben', 'carl', 'dora'].includes(event.editor);

/** Which rule each breaks. */
export const flaws: Readonly<Record<string, { rule: string; plant: Flaw }>> = {
  'the log has a hole': {
    rule: 'L1',
    plant: change(
      'entry',
      () => true,
      () => [],
    ),
  },
  'the log tells a change twice': {
    rule: 'L1',
    plant: change(
      'entry',
      () => true,
      (event) => [event, event],
    ),
  },
  'a version is left out': {
    rule: 'V1',
    plant: change(
      'entry',
      ({ told }) => told.action === 'update',
      (event) => [{ ...event, told: { ...event.told, version: { n: (event.told.version.n ?? 0) + 1, tag: null } } }],
    ),
  },
  'two are told to have made one version': {
    rule: 'V1',
    plant(events) {
      const made = middle(calls(events).filter((each) => isMade(each) && each.op.do === 'update'));
      if (!made) return null;
      const { result, invoke } = made;
      const { version, fields } = made.answer as Ok;
      const editor = invoke.event.editor === 'ana' ? 'ben' : 'ana';
      const told: Result = { is: 'ok', version, fields };
      const op: Op = { ...(made.op as Update), merge: false };
      return furtherCall(events, result.place, { editor, op, key: 'another', result: told });
    },
  },
  'a stale save is accepted': {
    rule: 'V2',
    plant: changeCall(
      (made) => isMade(made) && made.op.do === 'update' && !(made.answer as Ok).receipt && (made.op.base?.n ?? 0) > 1,
      {
        op: (op) => ({ ...(op as Update), base: { n: ((op as Update).base?.n ?? 0) - 1, tag: null }, merge: false }),
      },
    ),
  },
  'a save without a base is accepted': {
    rule: 'V3',
    plant: changeCall((made) => isMade(made) && made.op.do === 'update', {
      op: (op) => ({ ...(op as Update), base: null }),
    }),
  },
  'an old value is carried over what somebody has saved': {
    rule: 'V2',
    plant(events) {
      const found = steps(events).findLast(
        ({ told, before }, _, every) =>
          told.action === 'update' &&
          before.action === 'update' &&
          told.by !== before.by &&
          before.changed.includes('title') &&
          !told.changed.includes('title') &&
          every.some(({ told: later }) => later.seq > told.seq),
      );
      return found ? rewritten(events, found.told, 'title', 'Dune') : null;
    },
  },
  'a save is acknowledged and not written': {
    rule: 'V6',
    plant(events) {
      const made = middle(calls(events).filter((each) => isMade(each) && each.op.do === 'update'));
      const stands = all(events, 'stands').find(
        ({ event }) => event.record === (made?.op as Update | undefined)?.record,
      );
      if (!made || !stands) return null;
      const n = (stands.event.version.n ?? 0) + 1;
      const place = all(events, 'result').at(-1)?.place ?? 0;
      const op: Op = { ...(made.op as Update), base: stands.event.version };
      const result: Result = {
        is: 'ok',
        version: { n, tag: null },
        fields: { ...stands.event.fields, ...(made.op as Update).set },
      };
      return furtherCall(events, place, { editor: 'ana', op, key: 'gone', result });
    },
  },
  'what stands is older than the log': {
    rule: 'V6',
    plant(events) {
      const found = middle(all(events, 'stands').filter(({ event }) => (event.version.n ?? 0) > 1));
      const before = steps(events).findLast(({ told }) => told.record === found?.event.record)?.before;
      if (!found || !before) return null;
      return instead(events, found.place, { ...found.event, version: before.version, fields: before.fields });
    },
  },
  'a key makes two versions': {
    rule: 'V7',
    plant(events) {
      const updates = steps(events).filter(({ told }) => told.action === 'update');
      const first = updates[0]?.told;
      const second = updates.find(({ told }) => told.by === first?.by && told.seq !== first.seq)?.told;
      const place = all(events, 'entry').find(({ event }) => event.told === second)?.place;
      if (!first || !second || place === undefined) return null;
      return instead(events, place, { at: at(events, place), kind: 'entry', told: { ...second, key: first.key } });
    },
  },
  'a repeated save gets another answer': {
    rule: 'V7',
    plant(events) {
      const made = middle(calls(events).filter((each) => isMade(each) && each.op.do === 'update'));
      if (!made) return null;
      const { event } = made.invoke;
      const { version, fields } = made.answer as Ok;
      const result: Result = { is: 'ok', version: { n: (version.n ?? 0) + 1, tag: null }, fields };
      return furtherCall(events, made.result.place, { ...event, result });
    },
  },
  'a repeated save is refused for itself': {
    rule: 'V7',
    plant(events) {
      const made = middle(calls(events).filter((each) => isMade(each) && each.op.do === 'update'));
      if (!made) return null;
      const { version, fields } = made.answer as Ok;
      const result: Result = { is: 'refused', why: 'stale', status: 412, current: { version, fields } };
      return furtherCall(events, made.result.place, { ...made.invoke.event, result });
    },
  },
  'a refused save is there': {
    rule: 'V2',
    plant: changeCall((made) => isMade(made) && made.op.do === 'update', {
      answer: () => ({ is: 'refused', why: 'invalid', status: 422 }),
    }),
  },
  'a save is refused as stale that was not': {
    rule: 'V2',
    plant(events) {
      const stands = all(events, 'stands').find(({ event }) => event.fields !== null);
      const place = all(events, 'result').at(-1)?.place;
      if (!stands || place === undefined) return null;
      const { record, version, fields } = stands.event;
      const op: Op = { do: 'update', record, set: { title: 'X' }, typed: ['title'], base: version };
      const result: Result = { is: 'refused', why: 'stale', status: 412, current: { version, fields } };
      return furtherCall(events, place, { editor: 'ana', op, key: 'late', result });
    },
  },
  'a late save brings a record back': {
    rule: 'V5',
    plant: (events) => {
      const created = new Set(
        steps(events)
          .filter(({ told, before }) => told.action === 'create' && before.fields === null)
          .map(({ told }) => told.key),
      );
      return changeCall(({ op, invoke }) => op.do === 'restore' && created.has(invoke.event.key), {
        op: (op) => ({ do: 'create', record: (op as Update).record, set: {} }),
      })(events);
    },
  },
  'versions begin again after a deletion': {
    rule: 'V5',
    plant(events) {
      const back = middle(
        steps(events).filter(({ told, before }) => told.action === 'create' && before.fields === null),
      )?.told;
      const place = all(events, 'entry').find(({ event }) => event.told === back)?.place;
      if (!back || place === undefined) return null;
      return instead(events, place, { at: 0, kind: 'entry', told: { ...back, version: { n: 1, tag: null } } });
    },
  },
  'a change is not delivered': {
    rule: 'H2',
    plant(events) {
      const found = middle(neighbours(events).filter(([one]) => ofEditor(one.event)));
      // It has one before and one after it.
      const before = found && neighbours(events).some(([, two]) => two.place === found[0].place);
      return found && before ? instead(events, found[0].place) : null;
    },
  },
  'a change is delivered twice': { rule: 'H2', plant: change('hear', ofEditor, (event) => [event, event]) },
  'changes are delivered in another order': {
    rule: 'H2',
    plant(events) {
      const [one, two] = middle(neighbours(events).filter(([first]) => ofEditor(first.event))) ?? [];
      if (!one || !two) return null;
      return swapped(
        events,
        new Map([
          [one.place, [two.event]],
          [two.place, [one.event]],
        ]),
      );
    },
  },
  'a reader is forgotten': {
    rule: 'H2',
    plant(events) {
      const last = oneLine(events).findLast(({ event }) => event.editor === 'ben')?.event;
      const theirs = oneLine(events).filter(({ event }) => event.line === last?.line);
      if (theirs.length < 4) return null;
      return swapped(events, new Map(theirs.slice(-2).map(({ place }) => [place, []])));
    },
  },
  'a page goes on behind what it has missed': {
    rule: 'H2',
    plant(events) {
      // It was heard on the line before, and nothing was to be read anew since.
      const lines = all(events, 'line').filter(({ event }) => event.editor === 'ben');
      const place = lines.findIndex(
        ({ event }, at) =>
          event.is === 'asked' &&
          event.from !== null &&
          lines[at - 1]?.event.is === 'over' &&
          lines[at - 2]?.event.is === 'open',
      );
      const asked = lines[place];
      if (asked?.event.is !== 'asked' || asked.event.from === null) return null;
      return instead(events, asked.place, { ...asked.event, from: asked.event.from + 3 } as HistoryEvent);
    },
  },
  'something of another workspace is told': {
    rule: 'H1',
    plant: change('hear', ofEditor, (event) => [event, { ...event, workspace: 'elsewhere' }]),
  },
  'a viewer is told of a withheld record': {
    rule: 'H1',
    plant(events) {
      const own = events.findLast(
        (event) => event.kind === 'hear' && event.editor === 'ana' && event.told.fields?.status === 'withheld',
      );
      const line = all(events, 'hear').findLast(({ event }) => event.editor === 'vic')?.event.line;
      const place = own ? events.indexOf(own) : -1;
      if (own?.kind !== 'hear' || line === undefined) return null;
      return instead(events, place, own, { ...own, editor: 'vic', line });
    },
  },
  'somebody hears on whose access is gone': {
    rule: 'H1',
    plant(events) {
      const taken =
        all(events, 'access').find(({ event }) => event.role === null && event.is === 'certain')?.place ?? Infinity;
      const given =
        all(events, 'access').find(({ event, place }) => event.role !== null && place > taken)?.place ?? Infinity;
      const fresh = new Map(
        calls(events)
          .filter((each) => isMade(each) && each.invoke.place > taken)
          .map((each) => [each.invoke.event.key, each]),
      );
      const heard = all(events, 'hear').find(({ event, place }) => place < given && fresh.has(event.told.key));
      const line = all(events, 'hear').find(({ event }) => event.editor === 'gus')?.event.line;
      if (!heard || line === undefined) return null;
      return instead(events, heard.place, heard.event, { ...heard.event, editor: 'gus', line });
    },
  },
  'a viewer is shown a withheld record': {
    rule: 'S1',
    plant(events) {
      const read = middle(
        calls(events).filter(
          ({ op, answer }) => op.do === 'read' && answer.is === 'ok' && answer.fields?.status === 'withheld',
        ),
      );
      return read ? instead(events, read.invoke.place, { ...read.invoke.event, editor: 'vic' }) : null;
    },
  },
  'a viewer writes': {
    rule: 'S1',
    plant(events) {
      const made = middle(calls(events).filter(isMade));
      return made ? instead(events, made.invoke.place, { ...made.invoke.event, editor: 'vic' }) : null;
    },
  },
  'a read goes back': {
    rule: 'V6',
    plant(events) {
      const told = middle(steps(events).filter(({ told, before }) => told.fields && before.fields));
      const heard = all(events, 'hear').find(({ event }) => event.told.seq === told?.told.seq && event.told.fields);
      if (!told || !heard) return null;
      const { record, version, fields } = told.before;
      const op: Op = { do: 'read', record };
      return furtherCall(events, heard.place, { editor: 'ana', op, key: null, result: { is: 'ok', version, fields } });
    },
  },
  'a version is shown with another content': {
    rule: 'V6',
    plant: changeCall(({ op, answer }) => op.do === 'read' && answer.is === 'ok' && answer.fields !== null, {
      answer: (answer) => ({ ...(answer as Ok), fields: { ...(answer as Ok).fields, title: 'Emma' } }),
    }),
  },
  'what is delivered differs from the log': {
    rule: 'H2',
    plant: change(
      'hear',
      ({ told }) => told.fields !== null,
      (event) => [{ ...event, told: { ...event.told, fields: { ...event.told.fields, title: 'Emma' } } }],
    ),
  },
  'a combined save drops a side': {
    rule: 'M1',
    plant(events) {
      const bases = new Map(
        calls(events).map(({ op, invoke }) => [invoke.event.key, op.do === 'update' ? (op.base?.n ?? 0) : Infinity]),
      );
      const content = new Map(
        all(events, 'entry').map(({ event: { told } }) => [`${told.record} ${told.version.n}`, told.fields]),
      );
      for (const { told, before } of steps(events)) {
        const base = bases.get(told.key) ?? Infinity;
        const from = content.get(`${told.record} ${base}`);
        if (base >= (before.version.n ?? 0) || !from || !before.fields || !told.fields) continue;
        const theirs = differing(from, before.fields).find((field) =>
          same(field, told.fields?.[field], before.fields?.[field]),
        );
        if (theirs !== undefined) return rewritten(events, { ...told }, theirs, from[theirs]);
      }
      return null;
    },
  },
  'a combined save is not told': {
    rule: 'M4',
    plant: changeCall(
      (made) =>
        isMade(made) && made.op.do === 'update' && (made.op.base?.n ?? 0) + 1 < ((made.answer as Ok).version.n ?? 0),
      {
        answer: ({ ...answer }) => {
          delete (answer as { receipt?: unknown }).receipt;
          return answer;
        },
      },
    ),
  },
  'whose value was replaced is not named': {
    rule: 'M4',
    plant: change(
      'entry',
      ({ told }) => (told.over ?? []).some(({ fields }) => fields.some((field) => ruleOf(field) === 'replace')),
      ({ told: { over: _, ...told }, ...event }) => [{ ...event, told }],
    ),
  },
  'a notice is missing': {
    rule: 'M4',
    plant: change(
      'notice',
      ({ user }) => user !== 'vic',
      () => [],
    ),
  },
  'what was typed is nowhere': {
    rule: 'C5',
    plant(events) {
      const last = all(events, 'holds').find(({ event }) => event.editor === 'ben' && event.fields !== null);
      const place = all(events, 'result').at(-1)?.place;
      if (!last || place === undefined) return null;
      const { editor, record } = last.event;
      const typed: HistoryEvent = {
        at: at(events, place),
        kind: 'typed',
        editor,
        record,
        field: 'publisher',
        value: 'w-lost',
      };
      return instead(events, place, events[place] as HistoryEvent, typed);
    },
  },
  'a page never shows what stands': {
    rule: 'C2',
    plant: change(
      'holds',
      ({ fields, unsaved }) => fields !== null && unsaved === null,
      (event) => [{ ...event, fields: { ...event.fields, title: 'Emma' } }],
    ),
  },
  'a list leaves out a record that stands': {
    rule: 'V6',
    plant(events) {
      const stands = all(events, 'stands').filter(({ event }) => event.fields !== null);
      const gone = new Set(steps(events).flatMap(({ told }) => (told.fields === null ? [told.record] : [])));
      const record = stands.find(({ event }) => !gone.has(event.record))?.event.record;
      const list = calls(events).findLast(
        ({ answer, invoke }) =>
          answer.is === 'list' &&
          ofEditor(invoke.event) &&
          events
            .slice(0, invoke.place)
            .some((event) => event.kind === 'hear' && event.told.record === record && event.told.fields !== null),
      );
      if (list?.answer.is !== 'list') return null;
      const { event, place } = list.result;
      const records = list.answer.records.filter((each) => each.record !== record);
      return instead(events, place, { ...event, result: { ...list.answer, records } });
    },
  },
  'a save that others stand beside is not told so': {
    rule: 'M4',
    plant: changeCall(
      ({ op, answer }) =>
        op.do === 'update' &&
        op.started !== undefined &&
        answer.is === 'ok' &&
        answer.receipt !== undefined &&
        op.base?.n === (answer.version.n ?? 0) - 1,
      {
        answer: ({ ...answer }) => {
          delete (answer as { receipt?: unknown }).receipt;
          return answer;
        },
      },
    ),
  },
  'an answer names nobody with whom it was combined': {
    rule: 'M4',
    plant: changeCall((made) => isMade(made) && ((made.answer as Ok).receipt?.with.length ?? 0) > 0, {
      answer: (answer) => ({ ...(answer as Ok), receipt: { with: [], fields: [] } }),
    }),
  },
  'an answer names somebody who had no part in it': {
    rule: 'M4',
    plant: changeCall((made) => isMade(made) && ((made.answer as Ok).receipt?.with.length ?? 0) > 0, {
      answer: (answer) => ({
        ...(answer as Ok),
        receipt: { with: [...((answer as Ok).receipt?.with ?? []), 'vic'], fields: [] },
      }),
    }),
  },
  'somebody is told of a value that was not replaced': {
    rule: 'M4',
    plant: change(
      'notice',
      () => true,
      (event) => [event, { ...event, user: 'vic' }],
    ),
  },
  'a notice tells of another field': {
    rule: 'M4',
    plant: change(
      'notice',
      () => true,
      (event) => [{ ...event, fields: ['language'] }],
    ),
  },
  'a page holds nothing of a record that stands': {
    rule: 'C2',
    plant(events) {
      const loaded = new Set(all(events, 'went').map(({ event }) => event.editor));
      const listed = new Set(
        calls(events).flatMap(({ answer, invoke }) => (answer.is === 'list' ? [invoke.event.editor] : [])),
      );
      return change(
        'holds',
        ({ editor, fields, unsaved }) =>
          fields !== null && unsaved === null && editor !== 'gus' && listed.has(editor) && !loaded.has(editor),
        (event) => [{ ...event, version: null, fields: null }],
      )(events);
    },
  },
  'a page says saved, and nothing was sent': {
    rule: 'C6',
    plant: change(
      'saved',
      () => true,
      (event) => [event, { ...event, editor: 'vic' }],
    ),
  },
  'a page says saved as a version that is not there': {
    rule: 'C6',
    plant: change(
      'saved',
      () => true,
      (event) => [{ ...event, version: 100_000 }],
    ),
  },
};
