import { createDevice, type Draft, type Restored, type SaveResult, type StetModel } from '@stet/client';
import { books, type Value } from '@stet/protocol';
import type { Names } from '../adapters/stet/names.js';
import { type Identity, openPage, type Page, type PageOptions } from '../adapters/stet/page.js';
import type { Tap } from '../adapters/stet/tap.js';
import type { Recorder } from '../history/recorder.js';
import { pause, pauseUntil } from '../world/pause.js';
import type { Editor, SaveState } from './editor.js';
import { isKeptAsNew, keptOn } from './kept.js';
import { stateOf } from './save-state.js';
import { askedOver, isAsked, settle } from './settle.js';
import { shownOf } from './shown.js';

// A simulated person at a page of Stet: the real client and its drafts, on a device that outlives the page.

export interface StetEditorOptions extends Omit<PageOptions, 'drafts' | 'net' | 'who'> {
  name: string;
  user: string;
  who: Identity;
  net: Tap;
  recorder: Recorder;
  named: Names;
}

/** How often one step answers a question that is asked again, and how often a create is sent that got no answer. */
const mostAnswers = 4;
const mostCreates = 5;

export async function openStetEditor(options: StetEditorOptions): Promise<Editor> {
  const { name, user, who, net, recorder, named, workspace } = options;
  const device = createDevice();
  const newPage = (): Promise<Page> => openPage({ ...options, drafts: device.tab({ user: who.id, workspace }) });
  const forms = new Map<string, Draft>();
  /** Ids of records that this page was told of, beside those in its list. */
  const heard = new Set<string>();
  let last: string | null = null;
  let page = await newPage();
  let unsubscribe = listen();

  function listen(): () => void {
    return page.stet.subscribe((event) => {
      if (event.kind === 'change') heard.add(event.change.id);
    });
  }

  const modelOf = (record: string): StetModel => page.stet.record(books, named.id(record));

  function say(record: string, state: string, version: number | null): void {
    recorder.note({ kind: 'saved', editor: name, record, state, version });
  }

  async function open(record: string): Promise<boolean> {
    last = record;
    const known = forms.get(record);
    if (known && (known.isDirty || known.record?.server.kind === 'live')) return true;
    forms.delete(record);
    const mine = page;
    if (isKeptAsNew(device, who.id, named.id(record))) {
      forms.set(record, await mine.stet.drafts.openNew(books));
      return true;
    }
    const model = modelOf(record);
    await mine.stet.load(model);
    if (mine !== page || model.server.kind === 'unknown') return false;
    const draft = await mine.stet.drafts.open(model);
    if (mine !== page || (model.server.kind !== 'live' && !draft.isDirty)) return false;
    forms.set(record, draft);
    return true;
  }

  /** What the page says once the save is through; a page that has been left says nothing. */
  async function outcome(record: string, draft: Draft, saving: Promise<SaveResult>): Promise<SaveState> {
    const mine = page;
    const done = saving.then((result) => {
      if (mine !== page) return 'kept';
      const state = stateOf(result, draft);
      say(nameOf(draft) ?? record, state, state === 'saved' ? draft.baseVersion : null);
      return state;
    });
    return Promise.race([done, keptMeanwhile(draft, done)]);
  }

  /** Null while the record does not exist. */
  function nameOf({ record }: Draft): string | null {
    return record ? named.record(record.id as string) : null;
  }

  /** Without a network nobody waits: the page goes on trying by itself. */
  function keptMeanwhile(draft: Draft, done: Promise<unknown>): Promise<SaveState> {
    return new Promise((resolve) => {
      const look = () => {
        if (page.reach.isOff && draft.state.kind === 'retrying') resolve('kept');
      };
      draft.on('state', look);
      void done.finally(() => draft.off('state', look));
      look();
    });
  }

  function told(record: string, { kind }: Restored, version: number | null): SaveState {
    const state = kind === 'restored' ? 'saved' : kind === 'unchanged' ? 'unchanged' : 'failed';
    say(record, state, state === 'saved' ? version : null);
    return state;
  }

  /** Of the page that is thrown away, what was typed stands on the device first: it says when it does. */
  const isKept = () => page.stet.drafts.unsaved().every((draft) => draft.isKept || draft.notKept !== null);

  return {
    name,
    user,
    open,
    close(record) {
      forms.delete(record);
      if (last === record) last = null;
    },
    async create(record, set) {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const path = `/workspaces/${encodeURIComponent(workspace)}/books`;
      const body = { id: named.id(record), ...set };
      for (let tries = 1; ; tries += 1) {
        const answer = await page.stet.api({ method: 'POST', path, headers, body });
        const isDone = answer.kind === 'ok';
        const isPassing = answer.kind === 'unreachable' || (!isDone && answer.problem.status >= 500);
        if (isPassing && tries < mostCreates) {
          await pause(200 * tries);
          continue;
        }
        if (isDone) await page.stet.load(modelOf(record));
        const state = isDone ? 'saved' : 'failed';
        say(record, state, isDone ? 1 : null);
        return state;
      }
    },
    async type(record, field, value) {
      if (!forms.has(record) && !(await open(record))) return;
      const draft = forms.get(record);
      if (!draft || draft.state.kind === 'orphaned') return;
      last = record;
      recorder.note({ kind: 'typed', editor: name, record, field, value });
      draft.edit(field, value as Value);
      draft.release(field);
      page.stet.presence.here({ resource: books.name, id: named.id(record), focus: field });
    },
    async save(record) {
      const draft = forms.get(record);
      return draft ? outcome(record, draft, draft.submit()) : 'unchanged';
    },
    async choose(record, how) {
      const draft = forms.get(record);
      let state: SaveState = 'unchanged';
      for (let answers = 0; draft && isAsked(draft) && answers < mostAnswers; answers += 1) {
        recorder.note({ kind: 'chose', editor: name, record, how, over: askedOver(draft) });
        const mine = page;
        const settling = settle(draft, how);
        // A copy is another record at once: nothing more is typed into it in this one's name.
        if (nameOf(draft) !== record) forms.delete(record);
        state = await outcome(record, draft, settling);
        if (mine !== page || state === 'kept') break;
        const copy = nameOf(draft);
        if (copy !== null && copy !== record) forms.set(copy, draft);
      }
      return state;
    },
    async destroy(record) {
      const mine = page;
      const model = modelOf(record);
      if (model.server.kind === 'unknown') await mine.stet.load(model);
      if (model.server.kind !== 'live') return 'unchanged';
      const { kind } = await mine.stet.destroy(model);
      if (mine !== page) return 'kept';
      const state = kind === 'destroyed' ? 'saved' : 'failed';
      say(record, state, state === 'saved' ? model.server.version : null);
      return state;
    },
    async restore(record, version) {
      const mine = page;
      const model = modelOf(record);
      await mine.stet.load(model);
      const { server } = model;
      if (server.kind === 'unknown' || mine !== page) return 'unchanged';
      const wanted = version ?? (server.kind === 'destroyed' ? server.version - 1 : server.version);
      if (wanted >= server.version) return 'unchanged';
      const restored = await mine.stet.restore(model, { version: wanted }, server);
      return mine === page ? told(record, restored, restored.kind === 'restored' ? restored.version : null) : 'kept';
    },
    look(record) {
      page.stet.presence.here(record === null ? null : { resource: books.name, id: named.id(record) });
      if (record !== null) last = record;
    },
    shown(record, field) {
      const draft = forms.get(record);
      if (draft) return draft.get(field);
      const { server } = modelOf(record);
      return server.kind === 'live' ? server.body[field] : undefined;
    },
    version(record) {
      const { server } = modelOf(record);
      return server.kind === 'unknown' ? null : server.version;
    },
    isAsked(record) {
      const draft = forms.get(record);
      return draft !== undefined && isAsked(draft);
    },
    goOffline() {
      recorder.note({ kind: 'went', editor: name, where: 'offline' });
      page.reach.off();
      page.stet.wake('network');
    },
    goOnline() {
      recorder.note({ kind: 'went', editor: name, where: 'online' });
      page.reach.on();
      page.stet.wake('network');
    },
    async reload() {
      await pauseUntil(isKept, 1_000);
      const { isOff } = page.reach;
      // A page that is not there any more cannot be loaded without a network.
      if (isOff) return;
      recorder.note({ kind: 'went', editor: name, where: 'reload' });
      unsubscribe();
      page.close();
      net.end();
      forms.clear();
      heard.clear();
      page = await newPage();
      unsubscribe = listen();
      if (last !== null) await open(last);
    },
    isLive: () => page.stet.link !== 'none',
    holdings() {
      const kept = keptOn(device, who.id);
      const { list } = page;
      const listed = list.models.map((model) => model.id as string);
      const ids = new Set([...listed, ...heard, ...[...forms.keys()].map(named.id), ...kept.keys()]);
      return [...ids].filter(named.isOwn).map((id) => {
        const record = named.record(id);
        const shown = shownOf(page.stet.record(books, id), forms.get(record) ?? null, list.get(id) !== undefined);
        return { record, ...shown, unsaved: kept.get(id) ?? null };
      });
    },
    stop() {
      unsubscribe();
      page.close();
      net.end();
    },
  };
}
