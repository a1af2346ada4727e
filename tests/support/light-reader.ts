// Readers by the hundred: a socket by its bytes, which writes down each change as it comes and sorts nothing out. Cut
// off, it goes on from its cursor at whatever node answers.
import { setTimeout as pause } from 'node:timers/promises';
import { type Down, downSchema, PROTOCOL_VERSION, type RtChange, type StetRecord } from '@stet/protocol';
import { type Person, personAt } from './api.js';
import type { Mark, Seen } from './delivery-account.js';
import { answered, type Http } from './http.js';
import type { Random } from './random.js';
import { openRawLine, type RawLine } from './raw-socket.js';
import { now, seqOf } from './recorded.js';
import { until } from './until.js';

export interface LightReader {
  name: string;
  user: string;
  readonly isConnected: boolean;
  /** Up to where it has heard. */
  readonly head: number;
  /** How often it was welcome. */
  readonly welcomes: number;
  /** How often it was told to read anew. */
  readonly resets: number;
  /** Goes to another node, or to the same one again. */
  leave(): void;
  seen(listed: readonly StetRecord[]): Seen;
  stop(): Promise<void>;
}

export interface LightReaderOptions {
  name: string;
  user: string;
  workspace: string;
  token: string;
  /** Where it can be: the ticket of one opens a socket at any. */
  nodes: ReadonlyArray<{ url: string; http: Http }>;
  random: Random;
  read(message: string): Down;
}

/** As long as a node may take to answer its hello, in milliseconds. */
const patience = 10_000;

/** Reads messages for many readers, who are told the same: each only once. */
export function readerOfMany(): (message: string) => Down {
  const known = new Map<string, Down>();
  return (message) => {
    const found = known.get(message) ?? downSchema.parse(JSON.parse(message));
    known.set(message, found);
    return found;
  };
}

/** Reads the list, and listens from there on until it is stopped. */
export async function openLightReader(options: LightReaderOptions): Promise<LightReader> {
  const reader = new Reader(options);
  await reader.begin();
  return reader;
}

const byId = (one: StetRecord, other: StetRecord): number => (one.id < other.id ? -1 : 1);

class Reader implements LightReader {
  readonly name: string;
  readonly user: string;
  readonly #options: LightReaderOptions;
  readonly #marks: Mark[] = [];
  readonly #records = new Map<string, StetRecord>();
  #cursor = '';
  #line: RawLine | null = null;
  #isWelcome = false;
  #welcomes = 0;
  #resets = 0;
  #isOver = false;
  #living: Promise<void> = Promise.resolve();

  constructor(options: LightReaderOptions) {
    this.#options = options;
    this.name = options.name;
    this.user = options.user;
  }

  get isConnected(): boolean {
    return this.#isWelcome;
  }
  get head(): number {
    return seqOf(this.#cursor);
  }
  get welcomes(): number {
    return this.#welcomes;
  }
  get resets(): number {
    return this.#resets;
  }

  async begin(): Promise<void> {
    const { nodes, random, workspace } = this.#options;
    const path = `/api/workspaces/${workspace}/books?limit=100`;
    const { body } = await this.#at(random.pick(nodes).http).get<{ items: StetRecord[]; cursor: string }>(path);
    for (const record of body.items) this.#records.set(record.id, record);
    this.#cursor = body.cursor;
    this.#marks.push({ at: now(), kind: 'read', seq: this.head });
    this.#living = this.#live();
  }

  leave(): void {
    this.#line?.close();
  }

  seen(listed: readonly StetRecord[]): Seen {
    const { name, user, workspace } = this.#options;
    const shown = [...this.#records.values()].sort(byId);
    return { client: name, user, workspace, marks: this.#marks, shown, listed: listed.toSorted(byId) };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.leave();
    await this.#living;
  }

  #at(http: Http): Person {
    return personAt(http, { authorization: `Bearer ${this.#options.token}` });
  }

  async #live(): Promise<void> {
    const { nodes, random } = this.#options;
    while (!this.#isOver) {
      await answered(this.#listen(random.pick(nodes).http, random.pick(nodes).url));
      this.#isWelcome = false;
      await pause(random.int(10, 150));
    }
  }

  /** Until it is cut off. */
  async #listen(asked: Http, url: string): Promise<void> {
    const { body } = await this.#at(asked).post<{ ticket?: string }>('/api/rt/ticket');
    if (!body?.ticket || this.#isOver) return;
    const line = await openRawLine(url, (message) => this.#hear(this.#options.read(message)), { answersPings: true });
    this.#line = line;
    if (this.#isOver) return line.close();
    const cursors = { [this.#options.workspace]: this.#cursor };
    line.say({ type: 'hello', protocol: PROTOCOL_VERSION, ticket: body.ticket, cursors });
    const isGreeted = () => this.#isWelcome || line.isOver;
    await until('it is welcome', isGreeted, patience).catch(() => line.close());
    await line.over;
  }

  #hear(down: Down): void {
    switch (down.type) {
      case 'welcome':
        this.#isWelcome = true;
        this.#welcomes += 1;
        return;
      case 'ping':
        return this.#line?.say({ type: 'pong' });
      case 'rt-change':
        return this.#learn(down);
      case 'reset':
        // It is to read anew, and does not: what it misses is for the check to find.
        this.#resets += 1;
        return;
      case 'bye':
      case 'refused':
        return this.leave();
    }
  }

  #learn({ workspace, seq, cursor, id, obj }: RtChange): void {
    this.#marks.push({ at: now(), kind: 'change', workspace, seq, whose: 'other', own: false });
    this.#cursor = cursor;
    if (obj) this.#records.set(id, obj as StetRecord);
    else this.#records.delete(id);
  }
}
