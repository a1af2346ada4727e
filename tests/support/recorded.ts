// Clients that write down all that they are told, and the lines that they are told it by.
import { Connection, createApi, createStet, type Stet, type StetList } from '@stet/client';
import { books, type Change, type Down, type Membership, readCursor, type StetRecord, type Up } from '@stet/protocol';
import type { Person } from './api.js';
import type { Frame, Mark, Said, Seen } from './delivery-account.js';
import { framesTap } from './frames.js';
import type { Tap } from './proxy.js';

export const now = (): number => performance.now();

export const seqOf = (cursor: string): number => readCursor(cursor)?.seq ?? -1;

/** What a message says about delivery; null where it says nothing. */
export function frameOf(message: Down | Up): Frame | null {
  const at = now();
  switch (message.type) {
    case 'hello':
      return { at, kind: 'hello', cursors: seqsOf(Object.entries(message.cursors ?? {})) };
    case 'welcome': {
      const cursors = seqsOf(message.workspaces.map(({ id, cursor }) => [id, cursor]));
      return { at, kind: 'welcome', user: message.user.id, cursors };
    }
    case 'rt-change':
      return { at, kind: 'change', workspace: message.workspace, seq: message.seq, whole: message.obj !== undefined };
    case 'reset':
      return { at, kind: 'reset', workspace: message.workspace };
    case 'notice':
    case 'presence':
      return { at, kind: 'about', workspace: message.workspace };
    default:
      return null;
  }
}

const seqsOf = (cursors: ReadonlyArray<readonly [string, string]>): Record<string, number> =>
  Object.fromEntries(cursors.map(([id, cursor]) => [id, seqOf(cursor)]));

/** Writes down each connection that goes over a line: one tap for each, in the order in which they were opened. */
export function recordLines(client: string): { said: Said[]; tap: () => Tap } {
  const said: Said[] = [];
  const tap = () => {
    const frames: Frame[] = [];
    const line: Said = { client, opened: now(), frames };
    const note = (text: string) => {
      const frame = frameOf(JSON.parse(text) as Down | Up);
      if (!frame) return;
      // Other requests have no frames, and are no connection.
      if (frames.length === 0) said.push(line);
      frames.push(frame);
    };
    return framesTap(note, note);
  };
  return { said, tap };
}

export interface Page {
  name: string;
  user: string;
  workspace: string;
  stet: Stet;
  list: StetList;
  marks: Mark[];
  /** The paths that it has asked for over HTTP, with their methods. */
  asked: Array<{ at: number; what: string }>;
  seen(reader: Person): Promise<Seen>;
  close(): void;
}

export interface PageOptions {
  name: string;
  user: string;
  workspace: string;
  url: string;
  token: string;
}

/** A page with the whole list on it, as a browser has it, that has not begun to listen yet. */
export async function openPage({ name, user, workspace, url, token }: PageOptions): Promise<Page> {
  const marks: Mark[] = [];
  /** What was asked before it was told to read anew says nothing of what came after. */
  let tellings = 0;
  const read = (told: number, cursor: string) => {
    if (told === tellings) marks.push({ at: now(), kind: 'read', seq: seqOf(cursor) });
  };
  const asked: Page['asked'] = [];
  const path = `/api/workspaces/${workspace}/books`;
  const noting: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    asked.push({ at: now(), what: `${init?.method ?? 'GET'} ${pathname}` });
    const told = tellings;
    const response = await fetch(input, init);
    if (!response.ok || init?.method !== 'GET') return response;
    if (pathname === '/api/me') {
      const { workspaces } = (await response.clone().json()) as { workspaces: Membership[] };
      for (const { id, cursor } of workspaces) if (id === workspace) read(told, cursor);
    } else if (pathname === path) {
      read(told, ((await response.clone().json()) as { cursor: string }).cursor);
    }
    return response;
  };
  const stet = createStet({
    base: `${url}/api`,
    socket: `${url}/rt`,
    headers: { authorization: `Bearer ${token}` },
    workspace,
    user: { id: user, name: user },
    fetch: noting,
  });
  stet.subscribe((event) => {
    if (event.kind === 'access') {
      tellings += 1;
      marks.push({ at: now(), kind: 'access' });
    }
    if (event.kind !== 'change') return;
    const { workspace: where, seq } = event.change;
    marks.push({ at: now(), kind: 'change', workspace: where, seq, whose: event.whose, own: isOf(name, event.change) });
  });
  const list = stet.list(books);
  await list.show({ q: '', sort: 'title', filters: {} });
  return {
    ...{ name, user, workspace, stet, list, marks, asked },
    async seen(reader) {
      const { status, body } = await reader.get<{ items: StetRecord[] }>(`${path}?sort=title&limit=100`);
      const shown = list.models.map((model) => structuredClone(model.attributes) as StetRecord);
      return { client: name, user, workspace, marks, shown, listed: status === 200 ? body.items : null };
    },
    close: () => stet.stop(),
  };
}

/** What a page writes has its name in the notes, and nobody else writes there. */
export const signed = (name: string, count: number): string => `${name} ${count}`;

const isOf = (name: string, { fields, obj }: Change): boolean =>
  fields.includes('notes') && String(obj?.notes).startsWith(`${name} `);

export interface Ear {
  name: string;
  user: string;
  said: Said[];
  asked: Page['asked'];
  connection: Connection;
}

/** A connection and nothing on it: it writes down what it is told as it comes, and sorts nothing out. */
export function openEar({ name, user, url, token }: Omit<PageOptions, 'workspace'>): Ear {
  const said: Said[] = [];
  const asked: Page['asked'] = [];
  const cursors = new Map<string, string>();
  let frames: Frame[] = [];
  const noting: typeof fetch = (input, init) => {
    asked.push({ at: now(), what: `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}` });
    return fetch(input, init);
  };
  const connection = new Connection({
    api: createApi({ base: `${url}/api`, headers: { authorization: `Bearer ${token}` }, fetch: noting }),
    url: `${url}/rt`,
    cursors() {
      const given = Object.fromEntries(cursors);
      frames = [{ at: now(), kind: 'hello', cursors: seqsOf(Object.entries(given)) }];
      said.push({ client: name, opened: now(), frames });
      return given;
    },
    message(down) {
      const frame = frameOf(down);
      if (frame) frames.push(frame);
      if (down.type === 'rt-change') cursors.set(down.workspace, down.cursor);
      if (down.type === 'reset') cursors.delete(down.workspace);
      if (down.type !== 'welcome') return;
      for (const { id, cursor } of down.workspaces) if (!cursors.has(id)) cursors.set(id, cursor);
    },
    state: () => {},
  });
  return { name, user, said, asked, connection };
}
