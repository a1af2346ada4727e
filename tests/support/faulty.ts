// A server, its readers and writers, and a network that fails them by a schedule; at the end all heals, and what
// everybody was told is given back for judgement.
import type { ConnectionState } from '@stet/client';
import type { Role } from '@stet/protocol';
import { type Person, personAt } from './api.js';
import type { Account, Said } from './delivery-account.js';
import { wholeLog } from './editors.js';
import { type Http, httpTo } from './http.js';
import { type Fault, proxyTo, type TcpProxy } from './proxy.js';
import { randomOf } from './random.js';
import { openPage, type Page, recordLines } from './recorded.js';
import { drawMishaps, type Mishap } from './schedule.js';
import type { InProcess } from './server.js';
import { keepStays, type Stays } from './stays.js';
import { until } from './until.js';
import { type Shelf, writeAsPerson, writeAsProgram } from './writers.js';

export interface Member {
  user: string;
  /** Of each page: the workspace that it shows. */
  pages: readonly string[];
  roles: Readonly<Record<string, Role>>;
  /** The workspace that is taken from them and given back, again and again. */
  moves?: string;
  /** Writes in the form of its first page. */
  writes?: boolean;
  /** What does not get through to the server from where they are. */
  without?: RegExp;
}

export interface Plan {
  seed: number;
  members: readonly Member[];
  books: number;
  writes: number;
  mishaps: number;
  /** How often each who moves is taken out or let in. */
  moves: number;
  /** Makes the server worse than it is; answers with what undoes it. */
  plant?(server: InProcess): () => void;
}

export interface Outcome {
  account: Account;
  did: Record<Fault['kind'], number>;
  /** By which transports the pages are connected at the end. */
  by: Record<Transport, number>;
  pages: number;
  lines: number;
  changes: number;
  /** Keys of the writes that were acknowledged. */
  keys: ReadonlySet<string>;
}

type Transport = Extract<ConnectionState, { kind: 'open' }>['transport'];

interface Reader {
  page: Page;
  member: Member;
  proxy: TcpProxy;
  said: Said[];
}

const programs = 10;

export async function faultyRun(server: InProcess, plan: Plan): Promise<Outcome> {
  const run = new FaultyRun(server, plan);
  try {
    return await run.outcome();
  } finally {
    await run.close();
  }
}

class FaultyRun {
  readonly #server: InProcess;
  readonly #plan: Plan;
  readonly #workspaces: readonly string[];
  readonly #stays: Stays;
  readonly #readers: Reader[] = [];
  readonly #keys = new Set<string>();
  readonly #mishaps: Mishap[];
  #http: Http[] = [];
  #proxy: TcpProxy | undefined;
  #accepted = 0;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(server: InProcess, plan: Plan) {
    this.#server = server;
    this.#stays = keepStays(server);
    this.#plan = plan;
    this.#workspaces = [...new Set(plan.members.flatMap(({ roles }) => Object.keys(roles)))];
    const pages = plan.members.flatMap((member) => member.pages).length;
    // The last line is the programs'.
    this.#mishaps = drawMishaps(randomOf(plan.seed), pages + 1, plan.writes, plan.mishaps);
  }

  async outcome(): Promise<Outcome> {
    const plan = this.#plan;
    const everywhere = Object.fromEntries(this.#workspaces.map((id) => [id, 'editor' as const]));
    await this.#server.user('audit', everywhere);
    const direct = await this.#person('audit', this.#server.url);
    this.#proxy = await proxyTo(this.#server.url);
    const byProxy = await this.#person('audit', this.#proxy.url);
    const shelves = await Promise.all(this.#workspaces.map((id) => this.#shelf(direct, id)));
    for (const member of plan.members) await this.#enter(member);
    await Promise.all(this.#readers.map(({ page }) => this.#isOpen(page)));

    const undo = plan.plant?.(this.#server);
    await this.#work([direct, byProxy], shelves);
    // All miss the same few, and come back together.
    for (const { proxy } of this.#readers) proxy.meet({ kind: 'away' });
    await this.#add(direct, ['late', 'later', 'latest', 'last-but-one']);
    for (const { proxy, page } of this.#readers) {
      proxy.meet({ kind: 'heal' });
      page.stet.wake('network');
    }
    await Promise.all(this.#readers.map(({ page }) => this.#isOpen(page)));
    await this.#add(direct, ['last']);
    await Promise.all(this.#readers.map((reader) => this.#hasAll(reader)));
    undo?.();
    return this.#account(direct);
  }

  async close(): Promise<void> {
    for (const { page } of this.#readers) page.close();
    for (const http of this.#http) http.close();
    await Promise.all([...this.#readers.map(({ proxy }) => proxy.close()), this.#proxy?.close()]);
  }

  async #person(user: string, url: string): Promise<Person> {
    const http = httpTo(url);
    this.#http.push(http);
    return personAt(http, { authorization: `Bearer ${await this.#server.token(user)}` });
  }

  async #shelf(person: Person, workspace: string): Promise<Shelf> {
    const ids = Array.from({ length: this.#plan.books }, (_, place) => `book-${place}`);
    const path = `/api/workspaces/${workspace}/books`;
    const etags = new Map<string, string>();
    for (const id of ids) {
      const { status, body, text } = await person.post<{ etag: string }>(path, { id, title: `Title ${id}` });
      if (status !== 201) throw new Error(`No book: ${status} ${text}`);
      etags.set(id, body.etag);
    }
    return { workspace, etags, kept: new Set(ids.slice(0, Math.ceil(ids.length / 2))) };
  }

  async #enter(member: Member): Promise<void> {
    const { user, roles } = member;
    await this.#stays.enter(user, roles);
    const token = await this.#server.token(user);
    for (const [place, workspace] of member.pages.entries()) {
      const name = `${user}-${place}`;
      const { said, tap } = recordLines(name);
      const proxy = await proxyTo(this.#server.url, { tap, ...(member.without ? { refuses: member.without } : {}) });
      const page = await openPage({ name, user, workspace, url: proxy.url, token });
      page.stet.start();
      this.#readers.push({ page, member, proxy, said });
    }
  }

  /** All write until it is enough; each accepted write moves the schedule on. */
  async #work(people: readonly Person[], shelves: readonly Shelf[]): Promise<void> {
    const { seed, writes } = this.#plan;
    const work = (place: number) => ({
      random: randomOf(seed + place),
      goOn: () => this.#accepted < writes,
      accepted: (key?: string) => this.#step(key),
    });
    const forms = this.#readers.filter(({ member, page }) => member.writes && page.name.endsWith('-0'));
    const typing = forms.map(({ page }, place) => writeAsPerson(page, `book-${place}`, work(1_000 + place)));
    const asking = Array.from({ length: programs }, (_, place) =>
      writeAsProgram(people[place % people.length] as Person, shelves, work(place + 1)),
    );
    const typed = Promise.all(typing);
    await Promise.race([Promise.all(asking), typed]);
    for (const proxy of [...this.#readers.map((reader) => reader.proxy), this.#proxy]) proxy?.meet({ kind: 'heal' });
    await Promise.all([...asking, typed, this.#moving]);
  }

  #step(key?: string): void {
    if (key) this.#keys.add(key);
    this.#accepted += 1;
    for (let next = this.#mishaps[0]; next && next.after <= this.#accepted; next = this.#mishaps[0]) {
      this.#mishaps.shift();
      const reader = this.#readers[next.page];
      const proxy = reader?.proxy ?? this.#proxy;
      proxy?.meet(next.fault, next.one ? [...proxy.links].slice(0, 1) : proxy.links);
      // A page hears from its browser that the network is there again.
      if (next.fault.kind === 'heal') reader?.page.stet.wake('network');
    }
    // Now and then somebody looks at their page.
    this.#readers[this.#accepted % this.#readers.length]?.page.stet.wake('look');
    const { members, moves, writes } = this.#plan;
    const movers = members.filter((member) => member.moves !== undefined);
    const every = Math.floor(writes / (moves * movers.length + 1));
    if (movers.length === 0 || this.#accepted % every > 0) return;
    const mover = movers[(this.#accepted / every - 1) % movers.length];
    if (mover) this.#moving = this.#moving.then(() => this.#stays.move(mover.user, mover.moves ?? ''));
  }

  #isOpen = ({ name, stet }: Page) =>
    until(`${name} is connected`, () => stet.connection.state.kind === 'open', 60_000);

  /** New books in each workspace, which all can see. */
  async #add(person: Person, ids: readonly string[]): Promise<void> {
    for (const workspace of this.#workspaces) {
      for (const id of ids) {
        const { status } = await person.post(`/api/workspaces/${workspace}/books`, { id, title: `The ${id}` });
        if (status !== 201) throw new Error(`The ${id} was not made: ${status}`);
      }
    }
  }

  /** In time, everything arrives; what does not is for the check to say. */
  async #hasAll({ page, member }: Reader): Promise<void> {
    const knows = () => page.list.state.kind === 'ready' && page.list.models.some(({ id }) => id === 'last');
    const isTold = () => page.marks.at(-1)?.kind === 'access';
    const hasAll = this.#stays.isIn(member.user, page.workspace) ? knows : isTold;
    const within = hasAll === knows ? 20_000 : 6_000;
    await until(`${page.name} has heard all`, hasAll, within).catch(() => {});
  }

  async #account(direct: Person): Promise<Outcome> {
    const logs = Object.fromEntries(
      await Promise.all(this.#workspaces.map(async (id) => [id, await wholeLog(direct, id)] as const)),
    );
    const seen = [];
    for (const { page, member } of this.#readers) {
      seen.push(await page.seen(await this.#person(member.user, this.#server.url)));
    }
    const said = this.#readers.flatMap((reader) => reader.said);
    const did = { cut: 0, 'half-open': 0, duplicate: 0, delay: 0, slow: 0, away: 0, heal: 0 };
    for (const { proxy } of this.#readers) {
      for (const kind of Object.keys(did) as Array<Fault['kind']>) did[kind] += proxy.did[kind];
    }
    const by = { websocket: 0, 'xhr-streaming': 0, 'xhr-polling': 0 };
    for (const { page } of this.#readers) {
      const { state } = page.stet.connection;
      if (state.kind === 'open') by[state.transport] += 1;
    }
    const changes = Object.values(logs).reduce((sum, log) => sum + log.length, 0);
    const account = { logs, stays: this.#stays.all, said, seen };
    return { account, did, by, pages: seen.length, lines: said.length, changes, keys: this.#keys };
  }
}
