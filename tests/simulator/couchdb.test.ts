// The same scenarios against a server of CouchDB's protocol: what it has it keeps to, as far as its history can tell; and
// where revisions are not looked at, that is found out.
import {
  type CouchServer,
  couchStage,
  createCouchAdapter,
  createRecorder,
  type Plan,
  planOf,
  play,
  type Ran,
  readScenario,
  readyScenarios,
  type Scenario,
  type Stage,
  startCouch,
  type Through,
} from '@stet/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';

let couch: CouchServer;

beforeAll(async () => {
  couch = await startCouch(process.env.STET_COUCH ?? '');
});
afterAll(() => couch.stop());

const run = (plan: Plan): Promise<Ran> => play({ plan, stage: couchStage(couch.url), transport: 'http' });

function told(steps: string): Plan {
  const read = readScenario(`records: {book-1: {title: Dune, notes: one two}}\n${steps}`, 'by-hand');
  if (read.kind === 'wrong') throw new Error(read.errors.join('\n'));
  return planOf(read.scenario, { seed: 1 });
}

const brokenIn = ({ verdict }: Ran) => (verdict.holds ? [] : verdict.broken);
const standsIn = ({ events }: Ran) =>
  events.flatMap((event) => (event.kind === 'stands' ? [[event.record, event.version.n, event.fields]] : []));
const savesIn = ({ events }: Ran) =>
  events.flatMap((event) => (event.kind === 'saved' ? [`${event.editor} ${event.state}`] : []));

test('a stale save is refused, asked about, and settled on the newest revision', async () => {
  const ran = await run(
    told(`
editors: { ana: {}, ben: {} }
steps:
  - ana: open book-1
  - ben: open book-1
  - ana: type book-1 title "Emma"
  - ben: type book-1 title "Ivanhoe"
  - ben: type book-1 pages 300
  - ana: save book-1
  - ben: save book-1
  - ben: choose book-1 theirs`),
  );
  expect(savesIn(ran)).toEqual(['ana saved', 'ana saved', 'ben choosing', 'ben saved']);
  expect(standsIn(ran)).toMatchObject([['book-1', 3, { title: 'Emma', notes: 'one two', pages: 300 }]]);
  expect(brokenIn(ran)).toEqual([]);
});

test('what was deleted under a form goes on as a copy, and comes back by a restore on its tombstone', async () => {
  const ran = await run(
    told(`
editors: { ana: {}, ben: {} }
steps:
  - ben: type book-1 title "Ivanhoe"
  - ana: delete book-1
  - ben: save book-1
  - ben: choose book-1 copy
  - ana: restore book-1`),
  );
  expect(savesIn(ran)).toEqual(['ana saved', 'ana saved', 'ben orphaned', 'ben saved', 'ben unchanged', 'ana saved']);
  expect(standsIn(ran)).toMatchObject([
    ['book-1', 3, { title: 'Dune', notes: 'one two' }],
    ['book-1-ben-1', 1, { title: 'Ivanhoe', notes: 'one two' }],
  ]);
  expect(brokenIn(ran)).toEqual([]);
});

test('who was offline reads what happened meanwhile, and saves what was typed there', async () => {
  const ran = await run(
    told(`
editors: { ana: {}, ben: {} }
steps:
  - ben: open book-1
  - ben: go offline
  - ben: type book-1 pages 300
  - ben: save book-1
  - ana: type book-1 title "Emma"
  - ana: save book-1
  - ben: come back
  - ben: wait for version 2 of book-1
  - ben: save book-1
  - ben: choose book-1 mine`),
  );
  expect(savesIn(ran)).toEqual(['ana saved', 'ben failed', 'ana saved', 'ben choosing', 'ben saved']);
  expect(standsIn(ran)).toMatchObject([['book-1', 3, { title: 'Emma', notes: 'one two', pages: 300 }]]);
  expect(brokenIn(ran)).toEqual([]);
});

test('the ready scenario disjoint-fields holds for what can be told, and its database is gone afterwards', async () => {
  const scenario = readyScenarios.get('disjoint-fields') as Scenario;
  const ran = await run(planOf(scenario, { seed: 3, editors: 4, duration: 2_000, rate: 20 }));
  expect(brokenIn(ran)).toEqual([]);
  expect(ran.verdict.unknown.length).toBeGreaterThan(0);
  expect(ran.events.some((event) => event.kind === 'result' && event.result.is === 'refused')).toBe(true);
  expect(await (await fetch(`${couch.url}/_all_dbs`)).json()).toEqual([]);
});

/** Writes as a replication does, which names its own revisions and is never refused: two may follow the same one. */
const unchecked: Through = (net) => ({
  ...net,
  async fetch(url, init) {
    const { _rev, ...fields } = init?.method === 'PUT' ? JSON.parse(String(init.body)) : {};
    if (_rev === undefined) return net.fetch(url, init);
    const [number, parent] = String(_rev).split('-');
    const [start, id] = [Number(number) + 1, crypto.randomUUID().replaceAll('-', '')];
    const rev = `${start}-${id}`;
    const body = JSON.stringify({ ...fields, _rev: rev, _revisions: { start, ids: [id, parent] } });
    const answer = await net.fetch(`${url}?new_edits=false`, { ...init, body });
    return answer.ok ? Response.json({ ok: true, rev }, { status: 201 }) : answer;
  },
});

test('[V2] where it does not look at revisions, two saves on the same one are found out', async () => {
  const plan = told(`
editors: { ana: {}, ben: {} }
steps:
  - ana: type book-1 title "Emma"
  - ben: type book-1 pages 300
  - ana: save book-1
  - ben: save book-1`);
  const stage: Stage = {
    ...couchStage(couch.url),
    on: (_plan, run) =>
      run({ adapter: (options) => createCouchAdapter({ ...options, url: couch.url, through: unchecked }) }),
  };
  expect(brokenIn(await play({ plan, stage, transport: 'http' })).map(({ rule }) => rule)).toContain('V2');
});

test('a server that is none, or makes no database, is said to be so', async () => {
  const options = { recorder: createRecorder(), through: (net) => net, transport: 'http' } as const satisfies Omit<
    Parameters<typeof createCouchAdapter>[0],
    'url'
  >;
  await expect(createCouchAdapter({ ...options, url: 'http://127.0.0.1:9' })).rejects.toThrow(/makes no database/);
  await expect(createCouchAdapter({ ...options, url: `${couch.url}/none/here` })).rejects.toThrow(/answered with/);
  await expect(startCouch('/nowhere/server.cjs')).rejects.toThrow(/did not start: /);
});
