import type { SaveState } from '../editors/editor.js';
import type { Fields, Op, Result, Version } from '../history/event.js';
import type { Recorder } from '../history/recorder.js';
import { type Following, follow } from './feed.js';
import { type Content, type Form, isClean, openForm } from './form.js';

// What a page stands on: what it knows of each record and the forms that are open, its calls as the history has them, and
// its ear for what others change.

/** What a page asks of its store. What it is answered is the result that goes into the history. */
export interface PageStore extends Pick<Following, 'changes'> {
  /** Writes name the version that they are based on. */
  readonly isGuarded: boolean;
  read(record: string, signal: AbortSignal): Promise<Result>;
  create(record: string, fields: Fields, signal: AbortSignal): Promise<Result>;
  update(record: string, fields: Fields, base: Version, signal: AbortSignal): Promise<Result>;
  destroy(record: string, base: Version, signal: AbortSignal): Promise<Result>;
  /** Content that once stood, by its number, or the newest; null where there is none any more. */
  older(record: string, now: Version, version: number | null, signal: AbortSignal): Promise<Content | null>;
}

export interface DeskOptions {
  name: string;
  store: PageStore;
  recorder: Recorder;
}

export type Known = { version: Version; fields: Fields | null };

export type Desk = ReturnType<typeof createDesk>;

export function createDesk({ name, store, recorder }: DeskOptions) {
  const known = new Map<string, Known>();
  const forms = new Map<string, Form>();
  /** Of each record, what was asked of the store last: a button waits until the one before it is answered. */
  const turns = new Map<string, Promise<unknown>>();
  let network: AbortController | null = null;
  let isLive = false;

  /** A call as the history has it; nothing is sent while offline, and so nothing is written down. */
  async function call(op: Op, send: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (network === null) return { is: 'unknown', why: 'offline' };
    const end = recorder.call(name, op);
    const result = await send(network.signal);
    end(result);
    return result;
  }

  function inTurn(record: string, work: () => Promise<SaveState>): Promise<SaveState> {
    const turn = (turns.get(record) ?? Promise.resolve()).then(work);
    turns.set(record, turn);
    return turn;
  }

  function learn(record: string, now: Known): void {
    const before = known.get(record);
    if ((before?.version.n ?? 0) > (now.version.n ?? 0)) return;
    known.set(record, now);
    const form = forms.get(record);
    if (!form || !isClean(form)) return;
    if (now.fields === null) forms.delete(record);
    else forms.set(record, openForm({ version: now.version, fields: now.fields }));
  }

  async function read(record: string): Promise<Known | null> {
    const now = standing(await call({ do: 'read', record }, (signal) => store.read(record, signal)));
    if (now) learn(record, now);
    return now;
  }

  function enter(): Promise<void> {
    network = new AbortController();
    return follow(network.signal, {
      changes: store.changes,
      hear: async (records) => {
        let isRead = true;
        for (const record of records ?? [...known.keys()]) {
          if (known.has(record) && (await read(record)) === null) isRead = false;
        }
        return isRead;
      },
      isLive: (is) => {
        isLive = is;
      },
    });
  }

  function leave(): void {
    network?.abort();
    network = null;
    isLive = false;
  }

  function say(record: string, state: SaveState): SaveState {
    recorder.note({ kind: 'saved', editor: name, record, state, version: known.get(record)?.version.n ?? null });
    return state;
  }

  return {
    known,
    forms,
    call,
    inTurn,
    learn,
    read,
    enter,
    leave,
    say,
    /** Ends when the page leaves the network; null while it is offline. */
    get signal(): AbortSignal | null {
      return network?.signal ?? null;
    },
    get isLive(): boolean {
      return isLive;
    },
  };
}

/** What a reading says of the record as it stands; null where it says nothing. */
export function standing(result: Result): Known | null {
  if (result.is === 'ok') return { version: result.version, fields: result.fields };
  if (result.is !== 'refused') return null;
  if (result.why === 'gone' || result.why === 'absent') {
    return { version: result.current?.version ?? { n: null, tag: null }, fields: null };
  }
  return null;
}
