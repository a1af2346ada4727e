// The Stet adapter against a real server, over each transport: what simulated people do, and the history that is written.
import type { Adapter, Editor, EventOf, HistoryEvent, Kind, Plan, Recorder, Transport } from '@stet/simulator';
import { check, createRecorder, createStetAdapter, runPlan, scenarioSchema } from '@stet/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

let server: InProcess;

beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.stop());

interface Stage {
  adapter: Adapter;
  recorder: Recorder;
  join(name: string): Promise<Editor>;
}

async function stageOf(workspace: string, transport: Transport): Promise<Stage> {
  for (const user of ['ana', 'ben']) await server.user(user, { [workspace]: 'editor' });
  const recorder = createRecorder();
  const adapter = createStetAdapter({
    base: [server.url],
    workspace,
    tokenOf: (user) => server.token(user),
    recorder,
    through: (net) => net,
    transport,
  });
  return { adapter, recorder, join: (name) => adapter.join({ name, user: name, skew: 0 }) };
}

const of = <K extends Kind>({ events }: Recorder, kind: K): Array<EventOf<K>> =>
  events.filter((event: HistoryEvent): event is EventOf<K> => event.kind === kind);

/** What each call of an editor came to, in words. */
function calls(recorder: Recorder, editor: string): string[] {
  const results = new Map(of(recorder, 'result').map(({ call, result }) => [call, result]));
  return of(recorder, 'invoke')
    .filter((each) => each.editor === editor && each.op.do !== 'read' && each.op.do !== 'list')
    .map(({ call, op }) => {
      const result = results.get(call);
      return `${op.do}: ${result?.is === 'refused' ? result.why : result?.is}`;
    });
}

const knows = (editor: Editor, version: number) =>
  until(`${editor.name} knows version ${version}`, () => editor.version('book-1') === version);

describe.each<Transport>(['websocket', 'xhr', 'http'])('over %s', (transport) => {
  let stage: Stage;
  let ana: Editor;
  let ben: Editor;

  beforeAll(async () => {
    stage = await stageOf(`by-${transport}`, transport);
    ana = await stage.join('ana');
    await ana.create('book-1', { title: 'Dune', summary: 'one two three' });
    ben = await stage.join('ben');
  });
  afterAll(() => stage.adapter.stop());

  test('a save is a call with its base and its answer, and the other one hears it', async () => {
    await ana.type('book-1', 'title', 'Dune w1');
    expect(await ana.save('book-1')).toBe('saved');
    await knows(ben, 2);
    const invoke = of(stage.recorder, 'invoke').findLast(({ op }) => op.do === 'update');
    expect(invoke).toMatchObject({
      editor: 'ana',
      op: { record: 'book-1', set: { title: 'Dune w1' }, typed: ['title'], base: { n: 1 }, merge: true },
      key: expect.any(String),
    });
    const result = of(stage.recorder, 'result').find(({ call }) => call === invoke?.call);
    expect(result?.result).toMatchObject({ is: 'ok', version: { n: 2 }, fields: { title: 'Dune w1', pages: null } });
    const heard = of(stage.recorder, 'hear').find(({ editor, told }) => editor === 'ben' && told.version.n === 2);
    expect(heard?.told).toMatchObject({ seq: 2, action: 'update', by: 'ana', changed: ['title'], key: invoke?.key });
    const line = of(stage.recorder, 'line').find((each) => each.line === heard?.line && each.is === 'open');
    expect(line).toMatchObject({ editor: 'ben', from: 1 });
  });

  test('what two have typed at one place is asked, and goes over what was seen', async () => {
    for (const editor of [ana, ben]) await editor.type('book-1', 'title', `Dune of ${editor.name}`);
    expect(await ana.save('book-1')).toBe('saved');
    await knows(ben, 3);
    expect(await ben.save('book-1')).toBe('choosing');
    expect(ben.isAsked('book-1')).toBe(true);
    expect(await ben.choose('book-1', 'mine')).toBe('saved');
    expect(of(stage.recorder, 'chose').at(-1)).toMatchObject({ editor: 'ben', how: 'mine', over: 3 });
    const invoke = of(stage.recorder, 'invoke').findLast(({ op }) => op.do === 'update');
    expect(invoke?.op).toMatchObject({ base: { n: 3 }, started: { n: 2 } });
    await knows(ana, 4);
    expect(ana.shown('book-1', 'title')).toBe('Dune of ben');
  });

  test('offline, what is typed is kept through a reload and combined afterwards', async () => {
    await ben.open('book-1');
    ben.goOffline();
    await ben.type('book-1', 'summary', 'one two three w5');
    expect(await ben.save('book-1')).toBe('kept');
    await ana.type('book-1', 'summary', 'w4 one two three');
    expect(await ana.save('book-1')).toBe('saved');
    expect(ben.version('book-1')).toBe(4);
    expect(ben.isLive()).toBe(false);
    ben.goOnline();
    await ben.reload();
    expect(ben.shown('book-1', 'summary')).toContain('w5');
    await ben.save('book-1');
    await until('it is saved', () => ben.holdings().every(({ unsaved }) => unsaved === null));
    for (const editor of [ana, ben]) {
      await until(`${editor.name} has both`, () => editor.shown('book-1', 'summary') === 'w4 one two three w5');
    }
    expect(of(stage.recorder, 'went').map(({ where }) => where)).toEqual(['offline', 'online', 'reload']);
  });

  test('what is deleted is gone for both, and comes back on purpose', async () => {
    const before = ana.version('book-1') as number;
    expect(await ana.destroy('book-1')).toBe('saved');
    await knows(ben, before + 1);
    expect(await ben.open('book-1')).toBe(false);
    expect(await ben.restore('book-1', null)).toBe('saved');
    await knows(ana, before + 2);
    expect(calls(stage.recorder, 'ana').at(-1)).toBe('destroy: ok');
    expect(calls(stage.recorder, 'ben').at(-1)).toBe('restore: ok');
  });

  test('in the end the store tells its log, what stands there and who is told of what', async () => {
    await stage.adapter.truth(['book-1']);
    const entries = of(stage.recorder, 'entry').map(({ told }) => told);
    const head = entries.length;
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, place) => place + 1));
    expect(of(stage.recorder, 'log')).toMatchObject([{ whole: true, head }]);
    const [stands] = of(stage.recorder, 'stands');
    expect(stands).toMatchObject({ record: 'book-1', version: { n: head } });
    expect(of(stage.recorder, 'notice')).toMatchObject([{ user: 'ana', version: 4, fields: ['title'] }]);
    for (const editor of [ana, ben]) {
      const { version, fields } = stands as EventOf<'stands'>;
      expect(editor.holdings()).toEqual([{ record: 'book-1', version, fields, unsaved: null }]);
    }
    // Each of them hears each change once on a line, in its order.
    for (const { line } of of(stage.recorder, 'line').filter(({ is }) => is === 'open')) {
      const seqs = of(stage.recorder, 'hear').flatMap((heard) => (heard.line === line ? [heard.told.seq] : []));
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    }
  });
});

test('a plan is done step by step, settled, and its history is proven', async () => {
  const { adapter, recorder } = await stageOf('planned', 'websocket');
  const choose = { mine: 1 };
  const editors = ['ana', 'ben'].map((name) => ({ name, user: name, skew: 0, choose }));
  const word = (at: number, text: string) => ({ as: 'word' as const, word: text, at });
  const record = 'book-1';
  const plan: Plan = {
    scenario: 'a small one',
    seed: 1,
    records: [{ record, fields: { title: 'Emma', summary: 'one two' } }],
    users: editors.map(({ user }) => ({ user, role: 'editor' })),
    editors,
    steps: [
      { at: 0, who: 'ana', action: { do: 'type', record, field: 'summary', value: word(0, 'w1') } },
      { at: 0, who: 'ben', action: { do: 'type', record, field: 'summary', value: word(1, 'w2') } },
      { at: 10, who: 'ana', action: { do: 'save', record } },
      { at: 20, who: 'ana', action: { do: 'wait', for: { for: 'version', record, version: 2 } } },
      { at: 30, who: 'ben', action: { do: 'offline' } },
      { at: 40, who: 'ben', action: { do: 'type', record, field: 'authors', value: word(0, 'w3') } },
      { at: 50, who: 'ben', action: { do: 'save', record } },
    ],
    pace: 'order',
    faults: scenarioSchema.shape.faults.parse({}),
    nodes: 1,
    duration: 50,
  };
  const about = { transport: 'websocket', mode: 'network', workspace: 'planned' } as const;
  await runPlan({ plan, adapter, recorder, about });
  expect(recorder.events.at(-1)?.kind).toBe('settled');
  expect(check(recorder.events)).toMatchObject({ holds: true });
  await adapter.stop();
  const holds = of(recorder, 'holds');
  expect(holds.map(({ editor, unsaved }) => [editor, unsaved])).toEqual([
    ['ana', null],
    ['ben', null],
  ]);
  for (const { fields } of holds) expect(fields).toMatchObject({ summary: 'w1 one two w2', authors: ['w3'] });
});
