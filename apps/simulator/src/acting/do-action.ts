import { typedInto } from '../editors/typing.js';
import type { Recorder } from '../history/recorder.js';
import type { Action, Wait } from '../scenario/plan.js';
import { sentenceOf } from '../scenario/steps.js';
import { pause, pauseUntil } from '../world/pause.js';
import { bounded } from './bounded.js';
import type { Acting, Running } from './running.js';

// One action of one editor.

export type Pace = 'times' | 'order';

/** Milliseconds: how long a line is gone that comes back at once, and how long somebody waits for something. */
const reconnectAfter = 50;
const waitWithin = 25_000;

export async function doAction(running: Running, acting: Acting, action: Action, pace: Pace): Promise<void> {
  const { editor } = acting;
  switch (action.do) {
    case 'open':
      return void (await editor.open(action.record));
    case 'close':
      return editor.close(action.record);
    case 'look':
      return editor.look(action.record);
    case 'leave':
      return editor.look(null);
    case 'type': {
      // What stands there is looked at in the moment of typing.
      if (!(await editor.open(action.record))) return;
      const value = typedInto(action.field, editor.shown(action.record, action.field), action.value);
      return value === undefined ? undefined : editor.type(action.record, action.field, value);
    }
    case 'save': {
      const saving = saveOf(running, acting, action.record);
      if (pace === 'order') return saving;
      acting.saving = Promise.all([acting.saving, saving]);
      return;
    }
    case 'offline':
      return leaveNetwork(acting);
    case 'online':
      return comeBack(acting);
    case 'reconnect':
      if (acting.isOffline) return;
      leaveNetwork(acting);
      await pause(reconnectAfter);
      return comeBack(acting);
    case 'reload':
      return editor.reload();
    case 'wait':
      return wait(running, acting, action.for);
    default:
      await acting.saving;
      if (action.do === 'choose' && pace === 'order' && !editor.isAsked(action.record))
        cameToNothing(running.recorder, editor.name, action, 'nothing was asked');
      return decide(acting, action);
  }
}

/** What a person does with an eye on what the saves before have come to. */
async function decide({ editor }: Acting, action: Action): Promise<void> {
  switch (action.do) {
    case 'create':
      return void (await editor.create(action.record, action.fields));
    case 'choose':
      return void (await editor.choose(action.record, action.how));
    case 'delete':
      return void (await editor.destroy(action.record));
    case 'restore':
      return void (await editor.restore(action.record, action.version));
  }
}

/** A question that waits is answered first. */
function saveOf({ recorder }: Running, acting: Acting, record: string): Promise<void> {
  const { editor } = acting;
  const save = async (): Promise<void> => {
    await answer(acting, record);
    await editor.save(record);
  };
  return bounded(recorder, `save ${record}`, editor.name, save, undefined);
}

/** As this editor is inclined to; who never says how leaves the question open. */
export async function answer({ editor, planned, random }: Acting, record: string): Promise<void> {
  const isInclined = Object.values(planned.choose).some((weight) => weight > 0);
  if (isInclined && editor.isAsked(record)) await editor.choose(record, random.weighted(planned.choose));
}

function leaveNetwork(acting: Acting): void {
  if (acting.isOffline) return;
  acting.isOffline = true;
  acting.editor.goOffline();
}

export function comeBack(acting: Acting): void {
  if (!acting.isOffline) return;
  acting.isOffline = false;
  acting.editor.goOnline();
}

/** Of those who act by chance, much comes to nothing, and is meant so. */
function cameToNothing(recorder: Recorder, who: string, action: Action, why: string): void {
  recorder.note({ kind: 'fault', what: `${sentenceOf({ who, action })}: ${why}`, editor: who, undone: true });
}

async function wait({ signal, recorder }: Running, { editor }: Acting, wanted: Wait): Promise<void> {
  if (wanted.for === 'time') return pause(wanted.ms, signal);
  const isSo = (): boolean => {
    switch (wanted.for) {
      case 'version':
        return (editor.version(wanted.record) ?? 0) >= wanted.version;
      case 'question':
        return editor.isAsked(wanted.record);
      case 'live':
        return editor.isLive();
    }
  };
  const isThere = await pauseUntil(isSo, waitWithin, signal ? { signal } : {});
  if (!isThere) cameToNothing(recorder, editor.name, { do: 'wait', for: wanted }, 'it never came');
}
