// Many who write into a few shared books and many who read along, at whatever nodes there are; at the end all is still,
// and what everybody was told is given back for judgement.
import type { Change, Role, StetRecord } from '@stet/protocol';
import { type Person, personAt } from './api.js';
import type { Account } from './delivery-account.js';
import { editTogether, type Load, wholeLog } from './editors.js';
import { type Http, httpTo } from './http.js';
import { type Among, httpAmong } from './http-among.js';
import { type LightReader, openLightReader, readerOfMany } from './light-reader.js';
import { randomOf } from './random.js';
import { now, openPage, type Page } from './recorded.js';
import { until } from './until.js';

export interface CrowdPlan {
  seed: number;
  /** Where they ask, and where they listen. */
  nodes: ReadonlyArray<{ url: string }>;
  /** Where pages are opened: it leads to one of the nodes. */
  front: string;
  workspace: string;
  people: ReadonlyArray<{ user: string; role: Role; token: string }>;
  books: number;
  writers: number;
  /** Of the writers, see editors.ts. */
  pace?: number;
  /** Of light readers, and of pages. */
  readers: number;
  pages: number;
  /** Between a writer and the nodes. */
  through?(http: Http): Http;
  /** Asked before each new edit. */
  goOn(load: Load): boolean;
  /** All that is broken is to be mended: what follows is to arrive. */
  mend(): Promise<void>;
}

export interface CrowdOutcome {
  account: Account;
  load: Load;
  log: readonly Change[];
  /** As each node tells it. */
  logs: ReadonlyArray<readonly Change[]>;
  lists: ReadonlyArray<readonly StetRecord[]>;
  again: Among['again'];
  welcomes: number;
  resets: number;
}

/** As long as a node may take for an answer, in milliseconds. */
const patience = 4_000;

/** After so many edits the next reader goes elsewhere. */
const stay = 8;

export async function meetInCrowd(plan: CrowdPlan): Promise<CrowdOutcome> {
  const crowd = new Crowd(plan);
  try {
    return await crowd.outcome();
  } finally {
    await crowd.close();
  }
}

class Crowd {
  readonly #plan: CrowdPlan;
  readonly #nodes: ReadonlyArray<{ url: string; http: Http }>;
  readonly #among: Among;
  readonly #path: string;
  #readers: LightReader[] = [];
  #moved = 0;
  readonly #pages: Page[] = [];

  constructor(plan: CrowdPlan) {
    this.#plan = plan;
    this.#nodes = plan.nodes.map(({ url }) => ({ url, http: httpTo(url, 256, patience) }));
    const https = this.#nodes.map(({ http }) => http);
    this.#among = httpAmong(https, randomOf(plan.seed));
    this.#path = `/api/workspaces/${plan.workspace}/books`;
  }

  async outcome(): Promise<CrowdOutcome> {
    const { writers, pace, seed, goOn, mend, through = (http) => http } = this.#plan;
    const editors = this.#plan.people.filter(({ role }) => role !== 'viewer');
    const [first] = editors;
    if (!first) throw new Error('Nobody may write.');
    const direct = this.#as(first.token, this.#among);
    const books = await this.#add(direct, this.#plan.books);
    await this.#gather();
    const http = through(this.#among);
    const load = await editTogether({
      editors: Array.from({ length: writers }, (_, place) => {
        const { user, token } = editors[place % editors.length] ?? first;
        return { user, person: this.#as(token, http) };
      }),
      books,
      random: randomOf(seed),
      name: 'w',
      ...(pace ? { pace } : {}),
      goOn: (so) => {
        this.#move(so.edits.length);
        return goOn(so);
      },
    });
    await mend();
    for (const { stet } of this.#pages) stet.wake('network');
    await this.#add(direct, 1, 'last');
    return this.#outcome(load, direct);
  }

  async close(): Promise<void> {
    for (const page of this.#pages) page.close();
    await Promise.all(this.#readers.map((reader) => reader.stop()));
    this.#among.close();
  }

  #as = (token: string, http: Http): Person => personAt(http, { authorization: `Bearer ${token}` });

  async #add(person: Person, count: number, name = 'shared'): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, place) => `${name}-${place}`);
    for (const id of ids) {
      const body = { id, title: `Title of ${id}` };
      const { status, text } = await person.post(this.#path, body, { 'idempotency-key': `create/${id}` });
      if (status !== 201) throw new Error(`No book: ${status} ${text}`);
    }
    return ids.map((id) => `${this.#path}/${id}`);
  }

  async #gather(): Promise<void> {
    const { people, workspace, seed, front, readers, pages } = this.#plan;
    const one = (place: number) => {
      const { user, token } = people[place % people.length] as CrowdPlan['people'][number];
      return { name: `${user}-${place}`, user, token, workspace };
    };
    const read = readerOfMany();
    this.#readers = await Promise.all(
      Array.from({ length: readers }, (_, place) =>
        openLightReader({ ...one(place), nodes: this.#nodes, random: randomOf(seed + place + 1), read }),
      ),
    );
    for (let place = readers; place < readers + pages; place += 1) {
      const page = await openPage({ ...one(place), url: front });
      this.#pages.push(page);
      page.stet.start();
    }
    await this.#isGathered();
  }

  #isGathered = () =>
    until(
      'all are connected',
      () =>
        this.#readers.every(({ isConnected }) => isConnected) &&
        this.#pages.every(({ stet }) => stet.connection.state.kind === 'open'),
      60_000,
    );

  /** Now and then a reader goes elsewhere, each in its turn. */
  #move(edits: number): void {
    for (; (this.#moved + 1) * stay <= edits; this.#moved += 1)
      this.#readers[this.#moved % this.#readers.length]?.leave();
  }

  async #outcome(load: Load, direct: Person): Promise<CrowdOutcome> {
    const { people, workspace } = this.#plan;
    const log = await wholeLog(direct, workspace);
    const head = log.at(-1)?.seq ?? 0;
    const hasAll = ({ marks }: Page) => marks.some((mark) => mark.kind === 'change' && mark.seq === head);
    const haveAll = () => this.#readers.every((reader) => reader.head >= head) && this.#pages.every(hasAll);
    // In time, everything arrives; what does not is for the check to say.
    await until('all have heard all', haveAll, 100_000).catch(() => {});
    const persons = this.#nodes.map(({ http }) => this.#as(people[0]?.token ?? '', http));
    const logs = await Promise.all(persons.map((person) => wholeLog(person, workspace)));
    const list = async (person: Person) =>
      (await person.get<{ items: StetRecord[] }>(`${this.#path}?sort=title&limit=100`)).body.items;
    const lists = await Promise.all(persons.map(list));
    const [listed = []] = lists;
    const seen = [
      ...this.#readers.map((reader) => reader.seen(listed)),
      ...(await Promise.all(this.#pages.map((page) => page.seen(direct)))),
    ];
    const stays = people.map(({ user, role }) => ({ user, workspace, role, from: now(), until: null }));
    const sum = (of: (reader: LightReader) => number) => this.#readers.reduce((total, each) => total + of(each), 0);
    return {
      account: { logs: { [workspace]: log }, stays, said: [], seen },
      ...{ load, log, logs, lists, again: this.#among.again },
      welcomes: sum(({ welcomes }) => welcomes),
      resets: sum(({ resets }) => resets),
    };
  }
}
