// Three editors at work on a few books, with reloads, lost answers and offline spells; and the account of every value
// that any of them typed. What a person throws away or replaces with open eyes is written down as it happens: all else
// has to be somewhere at the end.
import { createDevice, type Device, type Draft, type Question } from '@stet/client';
import { books, type Value } from '@stet/protocol';
import type { Entry } from '@stet/store';
import { type Editor, editorOf } from './editor.js';
import type { Random } from './random.js';
import type { InProcess } from './server.js';
import { until } from './until.js';
import { createWire, type Wire } from './wire.js';

const editable = ['title', 'publisher', 'summary', 'subjects', 'authors', 'pages'] as const;
type Name = (typeof editable)[number];

/** Each value that is typed has a mark of its own, by which it is found again wherever it went. */
function marksIn(value: unknown): string[] {
  if (typeof value === 'number') return [`t${value}`];
  if (typeof value === 'string') return value.match(/\bt\d+\b/g) ?? [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(marksIn) : [];
}

/** What is known of the values of one session. */
export interface Account {
  /** Typed, and then saved or kept. */
  typed: Map<string, string>;
  /** Thrown away by who typed it. */
  discarded: Set<string>;
  /** `person mark`: they had it before their eyes when they replaced it or took it out. */
  known: Set<string>;
}

/** How a session is made worse than the product: what is planted has to be found. */
export interface Plant {
  device?(device: Device): Device;
  fetch?(fetching: typeof fetch, wire: Wire): typeof fetch;
}

interface Person {
  name: string;
  device: Device;
  wire: Wire;
  editor: Editor;
  draft: Draft;
}

export class Session {
  readonly account: Account = { typed: new Map(), discarded: new Set(), known: new Set() };
  readonly #server: InProcess;
  readonly #random: Random;
  readonly #plant: Plant;
  readonly #people: Person[] = [];
  readonly #books: string[] = [];
  /** Of its own: many sessions may go on at once. */
  readonly #workspace: string;
  #marks = 0;

  constructor(server: InProcess, workspace: string, random: Random, plant: Plant = {}) {
    this.#workspace = workspace;
    this.#server = server;
    this.#random = random;
    this.#plant = plant;
  }

  async run(steps: number): Promise<void> {
    for (const name of ['ana', 'ben', 'chloe']) {
      const bare = createDevice();
      const device = this.#plant.device?.(bare) ?? bare;
      const wire = createWire();
      const editor = await this.#page(name, device, wire);
      if (this.#books.length === 0) {
        this.#books.push(await editor.create({ title: 'Walden', summary: 'one two three four five six', pages: 1 }));
      }
      this.#people.push({ name, device, wire, editor, draft: await editor.open(this.#books[0] as string) });
    }
    for (let step = 0; step < steps; step += 1) await this.#step(this.#random.pick(this.#people));
    for (const person of this.#people) person.wire.state = 'online';
  }

  /** Every value that is nowhere, or that somebody took from the record without having seen it. */
  async losses(): Promise<string[]> {
    const found = new Set<string>();
    const losses: string[] = [];
    for (const history of await this.#histories()) {
      for (const [place, { left, by, how, version }] of history.entries()) {
        for (const mark of marksIn(left.body)) found.add(mark);
        const before = history[place - 1]?.left.body;
        if (!before || !left.body || how?.restored) continue;
        for (const name of editable) {
          const has = new Set(marksIn(left.body[name]));
          const isLost = (mark: string) => !has.has(mark) && !this.account.known.has(`${by.id} ${mark}`);
          for (const mark of marksIn(before[name]).filter(isLost)) {
            losses.push(`${mark} went from ${name} in version ${version}: ${by.id} had not seen it`);
          }
        }
      }
    }
    for (const { device, name, draft } of this.#people) {
      for (const kept of device.found(name).values()) for (const mark of marksIn(kept)) found.add(mark);
      if (draft.isDirty) for (const mark of marksIn(draft.toJSON())) found.add(mark);
    }
    for (const [mark, where] of this.account.typed) {
      if (!found.has(mark) && !this.account.discarded.has(mark)) losses.push(`${mark}, ${where}, is nowhere`);
    }
    return losses;
  }

  close(): void {
    for (const { editor } of this.#people) editor.close();
  }

  #page(name: string, device: Device, wire: Wire): Promise<Editor> {
    const fetch = this.#plant.fetch?.(wire.fetch, wire) ?? wire.fetch;
    return editorOf(this.#server, name, { workspace: this.#workspace, device, fetch });
  }

  async #step(person: Person): Promise<void> {
    const { draft } = person;
    const { state } = draft;
    if (state.kind === 'orphaned') return this.#orphaned(person);
    if (state.kind === 'choosing' && this.#random.chance(0.7)) return this.#choose(person);
    const dice = this.#random.int(1, 100);
    if (dice <= 42) return this.#type(person);
    if (dice <= 68) return void (await draft.submit());
    if (dice <= 76) return this.#reload(person);
    if (dice <= 82) return this.#network(person);
    if (dice <= 85) return this.#destroy(person);
    if (dice <= 88) return this.#park(person);
    if (dice <= 91) return this.#takeUp(person);
    if (dice <= 94) return this.#undo(person);
    if (dice <= 97) return this.#restoreMine(person);
    if (dice <= 98) return this.#discard(person);
    draft.decide();
  }

  async #type(person: Person): Promise<void> {
    const { draft, name: who } = person;
    const server = draft.record?.server;
    if (server?.kind === 'unknown' || server?.kind === 'destroyed') return;
    const name = this.#random.pick(editable);
    const shown = draft.get(name) as Value;
    const mark = this.#mark(`typed by ${who} in ${name}`);
    const value = this.#edited(name, shown, mark);
    this.#replaced(person, marksIn(shown), marksIn(value));
    draft.edit(name, value);
    if (this.#random.chance(0.5)) draft.release(name);
    // From here on the page says that it is kept.
    await until(`what ${who} typed is kept`, () => draft.isKept || !draft.isDirty || draft.notKept !== null);
  }

  #mark(where: string): string {
    this.#marks += 1;
    // Above every version and every other number that could be taken for one.
    const mark = `t${this.#marks + 10_000}`;
    this.account.typed.set(mark, where);
    return mark;
  }

  #edited(name: Name, shown: Value, mark: string): Value {
    switch (name) {
      case 'title':
      case 'publisher':
        return mark;
      case 'pages':
        return Number(mark.slice(1));
      case 'summary': {
        const words = String(shown ?? '')
          .split(' ')
          .filter(Boolean);
        const place = this.#random.int(0, words.length);
        words.splice(place, this.#random.chance(0.2) ? 1 : 0, mark);
        return words.join(' ');
      }
      case 'subjects':
      case 'authors': {
        const entries = Array.isArray(shown) ? [...shown] : [];
        const place = this.#random.int(0, entries.length);
        entries.splice(place, this.#random.chance(0.2) ? 1 : 0, mark);
        return entries;
      }
    }
  }

  /** The person sees these, and what they do takes out those that are not among the ones that stay. */
  #replaced({ name, draft }: Person, before: string[], after: string[]): void {
    const server = draft.record?.server;
    const saved = server?.kind === 'live' ? new Set(marksIn(server.body)) : new Set<string>();
    for (const mark of before.filter((each) => !after.includes(each))) {
      this.account.known.add(`${name} ${mark}`);
      // Nobody else has it yet: they typed over their own.
      if (!saved.has(mark)) this.account.discarded.add(mark);
    }
  }

  async #choose(person: Person): Promise<void> {
    const { draft } = person;
    const { state } = draft;
    if (state.kind !== 'choosing') return;
    const { questions } = state.choice;
    const dice = this.#random.int(1, 10);
    if (dice <= 3 || dice >= 9) {
      for (const question of questions) {
        if (question.verdict !== 'conflict') continue;
        const side =
          dice <= 3 ? (dice === 1 ? 'theirs' : 'mine') : this.#random.pick(['mine', 'theirs', 'edited'] as const);
        this.#answer(person, question, side);
      }
      await draft.settle();
      return;
    }
    if (dice === 4) return this.#asNew(person);
    if (dice === 5) return this.#park(person);
    if (dice === 6 && this.#random.chance(0.3)) return this.#discard(person);
    // Some of it now, the rest later.
    const open = questions.filter(({ verdict }) => verdict === 'conflict');
    if (open.length > 0) this.#answer(person, this.#random.pick(open), this.#random.pick(['mine', 'theirs']));
  }

  #answer(person: Person, question: Question, side: 'mine' | 'theirs' | 'edited'): void {
    const { draft } = person;
    const [mine, theirs] = [marksIn(question.mine), marksIn(question.theirs)];
    if (side === 'edited' && question.proposal !== null) {
      draft.choose(question.name, 'edited');
      const both = marksIn(question.edited ?? question.proposal);
      this.#replaced(person, [...mine, ...theirs], both);
    } else if (side === 'theirs') {
      draft.choose(question.name, 'theirs');
      this.#replaced(person, mine, theirs);
    } else {
      draft.choose(question.name, 'mine');
      this.#replaced(person, theirs, mine);
    }
  }

  async #orphaned(person: Person): Promise<void> {
    const { draft } = person;
    const dice = this.#random.int(1, 6);
    if (dice <= 2) await draft.restoreWithMine();
    else if (dice === 3) await this.#asNew(person);
    else if (dice === 4 && this.#random.chance(0.3)) await this.#discard(person);
    else if (dice === 5) await this.#reload(person);
    else await draft.submit();
    if (!person.draft.isDirty && person.draft.record?.server.kind === 'destroyed') await this.#goTo(person);
  }

  async #asNew(person: Person): Promise<void> {
    const { draft } = person;
    draft.keepAsNew();
    const result = await draft.submit();
    if (result === 'saved' && draft.record) this.#books.push(draft.record.id as string);
  }

  #discard({ draft }: Person): void {
    const shown = marksIn(draft.toJSON());
    const server = draft.record?.server;
    const saved = server?.kind === 'live' ? new Set(marksIn(server.body)) : new Set<string>();
    for (const mark of shown) if (!saved.has(mark)) this.account.discarded.add(mark);
    draft.discard();
  }

  async #park({ draft }: Person): Promise<void> {
    if (draft.record) await draft.park();
  }

  async #takeUp(person: Person): Promise<void> {
    if (person.wire.state !== 'online') return;
    const { drafts } = person.editor.stet;
    const waiting = (await drafts.list()).filter(({ where }) => where === 'waiting');
    if (waiting.length === 0) return;
    const draft = await drafts.takeUp(this.#random.pick(waiting).kept.id);
    if (draft) person.draft = draft;
  }

  async #undo({ draft, name }: Person): Promise<void> {
    if (!draft.receipt) return;
    this.#seen(name, draft);
    await draft.undoReceipt();
  }

  async #restoreMine({ editor, name }: Person): Promise<void> {
    const { notices } = editor.stet;
    await notices.refresh();
    const [notice] = notices.items;
    if (!notice) return;
    for (const { now } of Object.values(notice.fields))
      for (const mark of marksIn(now)) this.account.known.add(`${name} ${mark}`);
    await notices.restore(notice);
  }

  #seen(name: string, draft: Draft): void {
    const server = draft.record?.server;
    if (server?.kind === 'live') for (const mark of marksIn(server.body)) this.account.known.add(`${name} ${mark}`);
  }

  async #destroy({ editor, draft }: Person): Promise<void> {
    if (draft.record?.server.kind === 'live' && !draft.isDirty) await editor.stet.destroy(draft.record);
  }

  #network({ wire, editor }: Person): void {
    wire.state = this.#random.pick(['online', 'offline', 'deaf', 'online']);
    if (wire.state !== 'online' && this.#random.chance(0.5)) editor.stet.connection.close();
    if (wire.state === 'online') editor.stet.connection.open();
  }

  /** The page goes, in good order or not, and comes back: there has to be a network for that. */
  async #reload(person: Person): Promise<void> {
    person.editor.close();
    person.wire.state = 'online';
    person.editor = await this.#page(person.name, person.device, person.wire);
    await this.#goTo(person);
  }

  async #goTo(person: Person): Promise<void> {
    const { stet } = person.editor;
    const id = this.#random.pick(this.#books);
    const model = stet.record(books, id);
    await stet.load(model);
    person.draft = await stet.drafts.open(model);
  }

  /** Of every book that this session made, versions in order. */
  async #histories(): Promise<Entry[][]> {
    const histories = new Map<string, Entry[]>();
    for (const entry of await this.#server.engine.store.log.after(this.#workspace, 0, 100_000)) {
      histories.set(entry.id, [...(histories.get(entry.id) ?? []), entry]);
    }
    return [...histories.values()];
  }
}
