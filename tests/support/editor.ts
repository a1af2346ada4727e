// A person at work: the real client on a real server, as a page has it.
import {
  createStet,
  type Device,
  type Draft,
  type Pace,
  type Stet,
  type StetModel,
  type TabMemory,
} from '@stet/client';
import { books } from '@stet/protocol';
import type { InProcess } from './server.js';
import { until } from './until.js';

export interface Editor {
  stet: Stet;
  /** The form on a book, with the record read and the socket open. */
  open(id: string): Promise<Draft>;
  create(fields: Record<string, string | number | string[]>): Promise<string>;
  close(): void;
}

export interface EditorOptions {
  workspace?: string;
  /** What stands between this page and the network: then all that is asked goes through it, unless `sync` says else. */
  fetch?: typeof fetch;
  sync?: 'socket' | 'rest';
  /** By which way its socket comes to the server, where that is another. */
  socketBy?: string;
  /** When it looks without a socket; then it need not have one to be connected. */
  pace?: Pace;
  /** The device that the page runs on; otherwise one of its own. */
  device?: Device;
  tab?: TabMemory;
  /** Milliseconds for which a save is repeated by itself; where it is left out, none: the story says what happens then. */
  patience?: number;
}

export async function editorOf(server: InProcess, username: string, options: EditorOptions = {}): Promise<Editor> {
  const { workspace = 'catalogue', fetch, sync = fetch ? 'rest' : 'socket', device, tab, pace, patience = 0 } = options;
  await server.user(username, { [workspace]: 'editor' });
  const token = await server.token(username);
  const user = { id: username, name: username };
  const drafts = device?.tab({ user: username, workspace });
  const stet = createStet({
    base: `${server.url}/api`,
    socket: `${options.socketBy ?? server.url}/rt`,
    sync,
    headers: { authorization: `Bearer ${token}` },
    workspace,
    user,
    patience,
    ...(fetch ? { fetch } : {}),
    ...(drafts ? { drafts } : {}),
    ...(tab ? { tab } : {}),
    ...(pace ? { pace } : {}),
  });
  stet.start();
  await until(`${username} is connected`, () => stet.link === 'live' || (pace && stet.link === 'polling'));
  return {
    stet,
    async open(id) {
      const model = stet.record(books, id);
      const answer = await stet.load(model);
      if (answer.kind !== 'ok') throw new Error(`${username} cannot read ${id}: ${answer.kind}`);
      return stet.drafts.open(model);
    },
    async create(fields) {
      const draft = await stet.drafts.openNew(books);
      for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
      await draft.submit();
      if (draft.state.kind !== 'saved') throw new Error(`not created: ${JSON.stringify(draft.state)}`);
      return (draft.record as StetModel).id as string;
    },
    close() {
      stet.stop();
      drafts?.close();
    },
  };
}

/** What the form shows in a field. */
export const shown = (draft: Draft, name: string): unknown => draft.get(name);

/** Waits until somebody's form has heard of a version. */
export const hears = (draft: Draft, version: number): Promise<unknown> =>
  until(`version ${version} is heard`, () => {
    const server = draft.record?.server;
    return server !== undefined && server.kind !== 'unknown' && server.version >= version;
  });
