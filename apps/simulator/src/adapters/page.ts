import { isDeepStrictEqual } from 'node:util';
import type { Choosing, Editor, Holding, SaveState } from '../editors/editor.js';
import type { Fields, Op } from '../history/event.js';
import { createDesk, type DeskOptions, type Known } from './desk.js';
import { ask, type Form, isClean, openForm, saved, settle, sheetOf, typeInto } from './form.js';

// The page of a store that comes without a client of its own: it loads a record into a form, the person types, the whole
// form is sent; it hears that something changed, and reads again whatever it shows.

export interface PageOptions extends DeskOptions {
  user: string;
}

/** How often a new record is sent that got no answer. */
const mostCreates = 5;

/** Opens the page, and resolves when it follows what others do, or finds that it can't for now. */
export async function openPage(options: PageOptions): Promise<Editor> {
  const { name, user, store, recorder } = options;
  const desk = createDesk(options);
  const { known, forms, call, inTurn, learn, read, say } = desk;
  let copies = 0;

  async function open(record: string): Promise<boolean> {
    if (forms.has(record)) return true;
    const now = (await read(record)) ?? known.get(record);
    if (!now?.fields) return false;
    if (!forms.has(record)) forms.set(record, openForm({ version: now.version, fields: now.fields }));
    return true;
  }

  async function create(record: string, fields: Fields): Promise<SaveState> {
    for (let tries = 0; tries < mostCreates && desk.signal !== null; tries += 1) {
      const result = await call({ do: 'create', record, set: fields }, (signal) =>
        store.create(record, fields, signal),
      );
      if (result.is === 'ok') learn(record, { version: result.version, fields });
      else if (result.is === 'refused' && tries === 0) return say(record, 'failed');
      // Without an answer, a look shows whether it was done.
      else if (!isDeepStrictEqual((await read(record))?.fields, fields)) continue;
      return say(record, 'saved');
    }
    return say(record, 'failed');
  }

  async function send(record: string, form: Form): Promise<SaveState> {
    const [set, { version }] = [sheetOf(form), form.base];
    const op: Op = {
      do: 'update',
      record,
      set,
      typed: Object.keys(form.typed),
      base: store.isGuarded ? version : null,
    };
    const result = await call(op, (signal) => store.update(record, set, version, signal));
    // Meanwhile the person may have typed on.
    const now = (): Form => forms.get(record) ?? form;
    if (result.is === 'ok') {
      forms.set(record, saved(now(), { version: result.version, fields: set }));
      learn(record, { version: result.version, fields: set });
      return say(record, 'saved');
    }
    if (result.is !== 'refused' || !['stale', 'gone', 'absent'].includes(result.why)) return say(record, 'failed');
    const theirs = await read(record);
    if (theirs === null) return say(record, 'failed');
    const asked = ask(now(), theirs);
    forms.set(record, asked);
    return say(record, asked.question ? asking(asked.question) : 'saved');
  }

  async function save(record: string): Promise<SaveState> {
    const form = forms.get(record);
    if (!form || Object.keys(form.typed).length === 0) return say(record, 'unchanged');
    return form.question ? say(record, asking(form.question)) : send(record, form);
  }

  async function choose(record: string, how: Choosing): Promise<SaveState> {
    const form = forms.get(record);
    if (!form?.question) return 'unchanged';
    const { version, fields } = form.question;
    recorder.note({ kind: 'chose', editor: name, record, how, over: version.n });
    if (fields !== null && how !== 'copy') {
      const settled = settle(form, { version, fields }, how);
      forms.set(record, settled);
      return isClean(settled) ? say(record, 'unchanged') : send(record, settled);
    }
    // What was typed goes on as a record of its own, or it goes.
    if (how !== 'discard' && how !== 'theirs') {
      copies += 1;
      const state = await create(`${record}-${name}-${copies}`, sheetOf(form));
      if (state !== 'saved') return state;
    }
    if (fields === null) forms.delete(record);
    else forms.set(record, openForm({ version, fields }));
    return say(record, 'unchanged');
  }

  async function destroy(record: string): Promise<SaveState> {
    const now = known.get(record) ?? (await read(record));
    if (!now?.fields) return say(record, 'unchanged');
    const op: Op = { do: 'destroy', record, base: store.isGuarded ? now.version : null };
    const result = await call(op, (signal) => store.destroy(record, now.version, signal));
    if (result.is === 'ok') learn(record, { version: result.version, fields: null });
    else await read(record);
    return say(record, result.is === 'ok' ? 'saved' : 'failed');
  }

  async function restore(record: string, version: number | null): Promise<SaveState> {
    const now = await read(record);
    const { signal } = desk;
    if (!now || signal === null) return say(record, 'failed');
    if (now.fields !== null && version === null) return say(record, 'unchanged');
    const old = await store.older(record, now.version, version, signal);
    if (!old || old.version.n === null) return say(record, 'failed');
    const op: Op = { do: 'restore', record, base: now.version, version: old.version.n };
    const result = await call(op, (signal) => store.update(record, old.fields, now.version, signal));
    if (result.is === 'ok') learn(record, { version: result.version, fields: old.fields });
    return say(record, result.is === 'ok' ? 'saved' : 'failed');
  }

  await desk.enter();
  return {
    name,
    user,
    open,
    create,
    close: (record) => void forms.delete(record),
    async type(record, field, value) {
      const form = (await open(record)) ? forms.get(record) : undefined;
      if (!form) return;
      recorder.note({ kind: 'typed', editor: name, record, field, value });
      forms.set(record, typeInto(form, field, value));
    },
    save: (record) => inTurn(record, () => save(record)),
    choose: (record, how) => inTurn(record, () => choose(record, how)),
    destroy: (record) => inTurn(record, () => destroy(record)),
    restore: (record, version) => inTurn(record, () => restore(record, version)),
    look: () => {},
    shown(record, field) {
      const form = forms.get(record);
      return form ? sheetOf(form)[field] : known.get(record)?.fields?.[field];
    },
    version: (record) => known.get(record)?.version.n ?? null,
    isAsked: (record) => (forms.get(record)?.question ?? null) !== null,
    goOffline() {
      desk.leave();
      recorder.note({ kind: 'went', editor: name, where: 'offline' });
    },
    goOnline() {
      recorder.note({ kind: 'went', editor: name, where: 'online' });
      if (desk.signal === null) void desk.enter();
    },
    async reload() {
      // A page that is not there any more can't be loaded without a network.
      if (desk.signal === null) return;
      recorder.note({ kind: 'went', editor: name, where: 'reload' });
      desk.leave();
      forms.clear();
      known.clear();
      await desk.enter();
    },
    isLive: () => desk.isLive,
    holdings: () =>
      [...known].map(([record, { version, fields }]): Holding => {
        const typed = forms.get(record)?.typed ?? {};
        return { record, version, fields, unsaved: Object.keys(typed).length > 0 ? typed : null };
      }),
    stop: desk.leave,
  };
}

const asking = ({ fields }: Known): SaveState => (fields === null ? 'orphaned' : 'choosing');
