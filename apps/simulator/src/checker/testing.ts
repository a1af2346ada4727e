import type { Fields, HistoryEvent, Op, Result, Told, Unstamped } from '../history/event.js';
import { type Random, randomOf } from '../random.js';
import type { WriteOp } from './call.js';
import { ModelStore, tagOf } from './testing-store.js';
import { added, lacking, ruleOf, same } from './values.js';

// Right histories for the tests of the checker: editors who read, type, save and settle conflicts, answers and requests
// that get lost and are sent again, lines that break, access that comes and goes.

interface Editor {
  name: string;
  user: string;
  role: 'viewer' | 'editor';
  line: number;
  /** Null while it has no line. */
  heard: number | null;
  isIn: boolean;
  known: Map<string, { n: number; fields: Fields | null }>;
  drafts: Map<string, { base: number; from: Fields; typed: Record<string, unknown>; isSent: boolean }>;
}

interface Pending {
  call: number;
  editor: Editor;
  op: Op;
  key: string | null;
  /** What the store has said; null before it was asked. */
  result: Result | null;
  /** Nobody waits for its answer any more. */
  isGhost: boolean;
}

export interface Making {
  seed: number;
  calls: number;
  records?: number;
}

const people = ['ana', 'ben', 'carl', 'dora', 'vic', 'gus'] as const;

export function rightHistory({ seed, calls, records = 4 }: Making): HistoryEvent[] {
  return new Model(randomOf(seed), calls, records).run(seed);
}

const isOut = (role: Editor['role'], fields: Fields | null): boolean =>
  role === 'viewer' && fields?.status === 'withheld';

class Model {
  readonly #events: HistoryEvent[] = [];
  readonly #store = new ModelStore();
  readonly #editors: Editor[];
  readonly #pending: Pending[] = [];
  readonly #most: number;
  readonly #records: number;
  readonly #random: Random;
  #calls = 0;
  #words = 0;
  #lines = 0;
  #created = 0;

  constructor(random: Random, calls: number, records: number) {
    this.#random = random;
    this.#most = calls;
    this.#records = records;
    this.#editors = people.map((user) => ({
      ...{ name: user, user, role: user === 'vic' || user === 'gus' ? 'viewer' : 'editor', line: 0, heard: null },
      ...{ isIn: true, known: new Map(), drafts: new Map() },
    }));
  }

  run(seed: number): HistoryEvent[] {
    this.#note({
      ...{ kind: 'run', format: 1, store: 'stet', scenario: 'made', seed, transport: 'websocket' },
      ...{ mode: 'in-process', workspace: 'catalogue' },
    });
    for (const { user, role, name } of this.#editors) {
      this.#note({ kind: 'access', user, role, is: 'certain' });
      this.#note({ kind: 'editor', editor: name, user });
    }
    for (const editor of this.#editors) this.#connect(editor);
    for (let record = 0; record < this.#records; record += 1) this.#create(this.#editors[0] as Editor);
    while (this.#calls < this.#most) this.#step();
    this.#settle();
    return this.#events;
  }

  #note(event: Unstamped): void {
    this.#events.push({ at: this.#events.length, ...event } as HistoryEvent);
  }

  #step(): void {
    const editor = this.#random.pick(this.#editors);
    const drawn = this.#random.next();
    if (drawn < 0.3) this.#act(editor);
    else if (drawn < 0.55) this.#advance(this.#random.int(0, Math.max(0, this.#pending.length - 1)));
    else if (drawn < 0.98) this.#deliver(editor);
    else if (drawn < 0.99) this.#disturb(editor);
    else if (drawn < 0.992) this.#admit(this.#editors.at(-1) as Editor);
    if (this.#pending.length > 12) this.#advance(0);
  }

  #act(editor: Editor): void {
    const record = `book-${this.#random.int(1, this.#created)}`;
    const known = editor.known.get(record);
    const drawn = this.#random.next();
    if (!editor.isIn) return;
    if (editor.role === 'viewer' || !known || drawn < 0.15) {
      this.#begin(editor, this.#random.chance(0.1) ? { do: 'list' } : { do: 'read', record }, null);
    } else if (editor.drafts.get(record)?.isSent) this.#advance(0);
    else if (drawn < 0.5) this.#type(editor, record, known);
    else if (drawn < 0.93) this.#save(editor, record, known);
    else if (drawn < 0.94) this.#create(editor);
    else if (drawn < 0.97) this.#restore(editor, record, known);
    else if (known.fields && !editor.drafts.has(record)) {
      this.#send(editor, { do: 'destroy', record, base: tagOf(known.n) });
    }
  }

  #type(editor: Editor, record: string, { n, fields }: { n: number; fields: Fields | null }): void {
    if (!fields) return;
    const draft = editor.drafts.get(record) ?? { base: n, from: fields, typed: {}, isSent: false };
    editor.drafts.set(record, draft);
    this.#words += 1;
    const field = this.#random.pick(['title', 'publisher', 'pages', 'notes', 'notes', 'subjects', 'status'] as const);
    const shown = draft.typed[field] ?? fields[field];
    const value = this.#valueOf(field, shown);
    this.#note({ kind: 'typed', editor: editor.name, record, field, value });
    draft.typed[field] = value;
  }

  #valueOf(field: string, shown: unknown): unknown {
    const word = `w${this.#words}`;
    if (field === 'pages') return (this.#words % 90_000) + 1;
    if (field === 'status')
      return this.#random.chance(0.2) ? 'withheld' : this.#random.pick(['draft', 'review', 'ready']);
    if (field === 'notes') return typeof shown === 'string' && shown.length < 120 ? `${shown} ${word}` : word;
    if (field === 'subjects') return Array.isArray(shown) && shown.length < 8 ? [...shown, word].sort() : [word];
    return word;
  }

  /** What others have saved meanwhile is put together with what was typed; what does not combine is chosen. */
  #save(editor: Editor, record: string, known: { n: number; fields: Fields | null }): void {
    const draft = editor.drafts.get(record);
    if (!draft) return;
    if (!known.fields) {
      this.#note({ kind: 'chose', editor: editor.name, record, how: 'discard', over: known.n });
      editor.drafts.delete(record);
      return;
    }
    const set: Record<string, unknown> = {};
    const chosen: string[] = [];
    for (const [field, mine] of Object.entries(draft.typed)) {
      const [base, theirs] = [draft.from[field], known.fields[field]];
      const isChanged = !same(field, base, theirs) && !same(field, mine, theirs);
      const words =
        ruleOf(field) !== 'replace' && lacking(mine, added(null, base)).length === 0 ? added(base, mine) : null;
      if (isChanged && words) {
        const more = lacking(theirs, words);
        set[field] = Array.isArray(theirs) ? [...theirs, ...more].sort() : [theirs, ...more].filter(Boolean).join(' ');
      } else if (isChanged && this.#random.chance(0.5)) chosen.push('theirs');
      else {
        if (isChanged) chosen.push('mine');
        set[field] = mine;
      }
      if (same(field, set[field], theirs)) delete set[field];
    }
    if (chosen.length > 0) {
      const how = chosen.includes('theirs') ? 'theirs' : 'mine';
      this.#note({ kind: 'chose', editor: editor.name, record, how, over: known.n });
    }
    if (Object.keys(set).length === 0) {
      editor.drafts.delete(record);
      return;
    }
    draft.isSent = true;
    const started = draft.base < known.n ? { started: tagOf(draft.base) } : {};
    this.#send(editor, {
      ...{ do: 'update', record, set, typed: Object.keys(set), base: tagOf(known.n), merge: true },
      ...started,
    });
  }

  #restore(editor: Editor, record: string, { n, fields }: { n: number; fields: Fields | null }): void {
    if (editor.drafts.has(record)) return;
    const version = fields ? this.#random.int(1, n) : n - 1;
    if (this.#store.history(record)[version - 1]?.fields) {
      this.#send(editor, { do: 'restore', record, base: tagOf(n), version });
    }
  }

  #create(editor: Editor): void {
    if (this.#created >= this.#records && (this.#created > this.#records + 5 || this.#random.chance(0.7))) {
      this.#send(editor, {
        do: 'create',
        record: `book-${this.#random.int(1, this.#created)}`,
        set: { title: 'Again' },
      });
      return;
    }
    this.#created += 1;
    const record = `book-${this.#created}`;
    this.#words += 1;
    const set = {
      title: `t${this.#words}`,
      publisher: null,
      pages: 1,
      notes: `n${this.#words}`,
      subjects: [],
      status: 'draft',
    };
    this.#send(editor, { do: 'create', record, set });
  }

  #send(editor: Editor, op: WriteOp): void {
    this.#begin(editor, op, `key-${this.#calls + 1}`);
  }

  #begin(editor: Editor, op: Op, key: string | null): void {
    this.#calls += 1;
    const call = this.#calls;
    this.#note({ kind: 'invoke', call, editor: editor.name, op, key });
    this.#pending.push({ call, editor, op, key, result: null, isGhost: false });
  }

  /** A request reaches the store, or its answer the editor; either may get lost. */
  #advance(place: number): void {
    const pending = this.#pending[place];
    if (!pending) return;
    const fate = this.#random.next();
    if (pending.result === null && !(pending.op.do !== 'read' && fate < 0.03 && !pending.isGhost)) {
      pending.result = this.#answer(pending);
      if (pending.isGhost) this.#pending.splice(place, 1);
      return;
    }
    if (fate < 0.06 && pending.key !== null) {
      this.#note({ kind: 'result', call: pending.call, result: { is: 'unknown', why: 'No answer came.' } });
      // It may yet arrive, after it was sent again.
      if (pending.result === null && this.#random.chance(0.5)) pending.isGhost = true;
      else this.#pending.splice(place, 1);
      this.#begin(pending.editor, pending.op, pending.key);
      return;
    }
    if (pending.result === null) return;
    this.#pending.splice(place, 1);
    this.#note({ kind: 'result', call: pending.call, result: pending.result });
    this.#hearAnswer(pending, pending.result);
  }

  #answer({ op, editor, key }: Pending): Result {
    if (op.do !== 'read' && op.do !== 'list') return this.#store.write(op, editor.user, key ?? '');
    if (!editor.isIn) return { is: 'refused', why: 'absent', status: 404 };
    if (op.do === 'read') {
      const last = this.#store.last(op.record);
      if (!last || isOut(editor.role, last.fields)) return { is: 'refused', why: 'absent', status: 404 };
      if (last.fields) return { is: 'ok', version: last.version, fields: last.fields };
      return { is: 'refused', why: 'gone', status: 410, current: { version: last.version, fields: null } };
    }
    const all = this.#store.records.flatMap((record) => {
      const last = this.#store.last(record);
      return last?.fields && !isOut(editor.role, last.fields)
        ? [{ record, version: last.version, fields: last.fields }]
        : [];
    });
    return { is: 'list', seq: this.#store.log.length, records: all };
  }

  #hearAnswer({ op, editor }: Pending, result: Result): void {
    if (op.do === 'list') {
      if (result.is === 'list')
        for (const { record, version, fields } of result.records) learn(editor, record, version.n, fields);
      return;
    }
    const draft = editor.drafts.get(op.record);
    if (draft && op.do === 'update') draft.isSent = false;
    if (result.is === 'ok') {
      learn(editor, op.record, result.version.n, result.fields);
      if (op.do === 'update') editor.drafts.delete(op.record);
      const state = { kind: 'saved', editor: editor.name, record: op.record, state: 'saved' } as const;
      if (op.do !== 'read') this.#note({ ...state, version: result.version.n });
    } else if (result.is === 'refused' && result.current) {
      learn(editor, op.record, result.current.version.n, result.current.fields);
    }
  }

  #connect(editor: Editor): void {
    this.#lines += 1;
    editor.line = this.#lines;
    const { name, line } = editor;
    const from = editor.heard;
    this.#note({ kind: 'line', editor: name, line, is: 'asked', from });
    editor.heard = from ?? this.#store.log.length;
    this.#note({ kind: 'line', editor: name, line, is: 'open', from: editor.heard, workspaces: ['catalogue'] });
  }

  #deliver(editor: Editor): void {
    if (!editor.isIn || editor.heard === null) return;
    const entry = this.#store.log[editor.heard];
    if (!entry) return;
    editor.heard += 1;
    const told = this.#asHeard(editor, entry);
    if (!told) return;
    const { name, line } = editor;
    this.#note({ kind: 'hear', editor: name, line, workspace: 'catalogue', told });
    learn(editor, told.record, told.version.n, told.fields);
    if (this.#random.chance(0.02))
      this.#note({ kind: 'about', editor: name, line, workspace: 'catalogue', what: 'presence' });
  }

  #asHeard({ role }: Editor, told: Told): Told | null {
    const before = this.#store.history(told.record)[(told.version.n ?? 0) - 2]?.fields ?? null;
    const saw = before !== null && !isOut(role, before);
    if (told.fields === null) return saw ? told : null;
    if (!isOut(role, told.fields)) return told;
    // Nothing of how it came about is told either.
    const { seq, record, version } = told;
    return saw ? { seq, record, version, action: 'destroy', by: '', key: null, changed: [], fields: null } : null;
  }

  /** The line breaks and is made again, or all has to be read anew. */
  #disturb(editor: Editor): void {
    const { name, line } = editor;
    if (!editor.isIn || editor.heard === null) return;
    if (this.#random.chance(0.3)) {
      this.#note({ kind: 'line', editor: name, line, is: 'reset', workspace: 'catalogue' });
      editor.heard = this.#store.log.length;
      return;
    }
    this.#note({ kind: 'line', editor: name, line, is: 'over', why: 'cut' });
    if (this.#random.chance(0.2)) {
      this.#note({ kind: 'went', editor: name, where: 'reload' });
      editor.heard = null;
    }
    this.#connect(editor);
  }

  /** Takes away somebody's access, or gives it again. */
  #admit(editor: Editor): void {
    const { name, user, line } = editor;
    const role = editor.isIn ? null : editor.role;
    this.#note({ kind: 'access', user, role, is: 'asked' });
    // Both count for a moment.
    if (editor.isIn) this.#deliver(editor);
    editor.isIn = !editor.isIn;
    this.#note({ kind: 'access', user, role, is: 'certain' });
    this.#note({ kind: 'line', editor: name, line, is: 'reset', workspace: 'catalogue' });
    editor.heard = this.#store.log.length;
  }

  #settle(): void {
    while (this.#pending.length > 0) this.#advance(0);
    for (const editor of this.#editors)
      while (editor.isIn && (editor.heard ?? Infinity) < this.#store.log.length) this.#deliver(editor);
    for (const told of this.#store.log) this.#note({ kind: 'entry', told });
    this.#note({ kind: 'log', whole: true, head: this.#store.log.length });
    for (const record of this.#store.records) {
      const last = this.#store.last(record) as Told;
      this.#note({ kind: 'stands', record, version: last.version, fields: last.fields });
    }
    for (const { record, version, over } of this.#store.log) {
      for (const { user, fields } of over ?? [])
        this.#note({ kind: 'notice', user, record, version: version.n ?? 0, fields });
    }
    for (const { name, role, isIn, drafts } of this.#editors) {
      for (const record of isIn ? this.#store.records : []) {
        const { version, fields } = this.#store.last(record) as Told;
        const unsaved = drafts.get(record)?.typed ?? null;
        this.#note({
          kind: 'holds',
          editor: name,
          record,
          version,
          fields: isOut(role, fields) ? null : fields,
          unsaved,
        });
      }
    }
    this.#note({ kind: 'settled' });
  }
}

function learn({ known }: Editor, record: string, n: number | null, fields: Fields | null): void {
  if (n !== null && n >= (known.get(record)?.n ?? 0)) known.set(record, { n, fields });
}
