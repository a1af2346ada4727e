import type { Person, PresencePlace, Present, Problem } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { personAt } from '../support/api.js';
import { proxyTo } from '../support/proxy.js';
import { connect, type Listener } from '../support/socket.js';
import { type Name, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// Who is where, as people on sockets and pages without one hear it.

const workspace = 'catalogue';
const path = `/api/workspaces/${workspace}/presence`;

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story.stop());

const open: Listener[] = [];
async function socketOf(name: Name, url = story.url): Promise<Listener> {
  const socket = await connect(url, story.as(name));
  open.push(socket);
  return socket;
}
afterEach(async () => {
  for (const socket of open.splice(0)) socket.close();
  await until('nobody is anywhere', async () => (await where('mara')).length === 0);
});

const say = (socket: Listener, id: string, more: Partial<PresencePlace> = {}, resource = 'books') =>
  socket.say({ type: 'presence', workspace, resource, id, state: 'viewing', dirty: [], ...more });
const editing = (dirty: string[], focus?: string): Partial<PresencePlace> => ({
  state: 'editing',
  dirty,
  ...(focus === undefined ? {} : { focus }),
});

/** Resolves with who is at the record, once this is what was told last and it fits. */
async function believes(socket: Listener, id: string, fits: (people: Person[]) => boolean): Promise<Person[]> {
  const last = () => socket.heard('presence').findLast((told) => told.id === id)?.people;
  await until(`such people at ${id}`, () => fits(last() ?? []));
  return last() ?? [];
}
const named = (...names: string[]) => {
  return (people: Person[]) => people.map(({ id }) => id).join() === names.join();
};

type Items = { items: Array<Omit<Present, 'workspace'>>; lease?: number };
const where = async (name: Name) => (await story.as(name).get<Items>(path)).body.items;

test('two people see each other: where they are, what they have not saved, where the cursor is', async () => {
  const book = await newBook(story.as('ana'));
  const [ana, ben] = [await socketOf('ana'), await socketOf('ben')];
  say(ana, book.id);
  say(ben, book.id, editing(['title', 'notes'], 'title'));
  const people = [
    { id: 'ben', name: 'Ben', state: 'editing', dirty: ['title', 'notes'], focus: 'title' },
    { id: 'ana', name: 'Ana', state: 'viewing', dirty: [] },
  ];
  for (const socket of [ana, ben]) expect(await believes(socket, book.id, named('ben', 'ana'))).toEqual(people);
  expect(await where('mara')).toEqual([{ resource: 'books', id: book.id, people, more: 0 }]);
  // Who comes later is told what is there.
  expect(await believes(await socketOf('chloe'), book.id, named('ben', 'ana'))).toEqual(people);
  say(ben, book.id, { state: 'left' });
  await believes(ana, book.id, named('ana'));
});

test('two tabs are one person, and closing one leaves the other', async () => {
  const book = await newBook(story.as('ana'));
  const [ben, first, second] = [await socketOf('ben'), await socketOf('ana'), await socketOf('ana')];
  say(first, book.id, editing(['title']));
  say(second, book.id, editing(['pages'], 'pages'));
  const [both] = await believes(ben, book.id, ([ana]) => ana?.dirty.length === 2);
  expect(both).toEqual({ id: 'ana', name: 'Ana', state: 'editing', dirty: ['title', 'pages'], focus: 'pages' });
  second.close();
  const [one] = await believes(ben, book.id, ([ana]) => ana?.dirty.length === 1);
  expect(one).toEqual({ id: 'ana', name: 'Ana', state: 'editing', dirty: ['title'] });
});

test('(trap 12) a browser that is killed leaves nobody behind', async () => {
  const book = await newBook(story.as('ana'));
  const proxy = await proxyTo(story.url);
  const [ben, ana] = [await socketOf('ben'), await socketOf('ana', proxy.url)];
  say(ana, book.id, editing(['title']));
  await believes(ben, book.id, named('ana'));
  proxy.meet({ kind: 'cut', by: 'rst' });
  await believes(ben, book.id, named());
  await proxy.close();
});

test('[H1] [S1] who is taken out vanishes and hears no more of it; who belongs elsewhere never did', async () => {
  const book = await newBook(story.as('ana'));
  const [ana, ben, zoe] = [await socketOf('ana'), await socketOf('ben'), await socketOf('zoe')];
  say(ben, book.id, editing(['title']));
  await believes(ana, book.id, named('ben'));
  await story.user('ben', { [workspace]: null });
  await believes(ana, book.id, named());
  await ben.until('reset', ({ reason }) => reason === 'access');
  const heard = ben.heard('presence').length;
  say(ana, book.id);
  await believes(ana, book.id, named('ana'));
  expect(ben.heard('presence').length).toBe(heard);
  expect((await story.as('ben').get(path)).status).toBe(404);

  await story.user('ben', { [workspace]: 'editor' });
  await believes(ben, book.id, named('ana'));
  for (const where of [workspace, 'nowhere']) {
    zoe.say({ type: 'presence', workspace: where, resource: 'books', id: book.id, state: 'editing', dirty: ['title'] });
  }
  const refused = [await zoe.next('refused'), await zoe.next('refused')];
  expect(refused[0]).toEqual(refused[1]);
  expect(refused[0]?.problem.type).toBe('/problems/not-found');
  expect(zoe.heard('presence')).toEqual([]);
  await believes(ana, book.id, named('ana'));
});

test('[H1] who may only read from now on is told so, and edits nothing any more', async () => {
  const book = await newBook(story.as('ana'));
  const [ana, chloe] = [await socketOf('ana'), await socketOf('chloe')];
  say(chloe, book.id, editing(['title'], 'title'));
  await believes(ana, book.id, named('chloe'));
  await story.user('chloe', { [workspace]: 'viewer' });
  await chloe.until('reset', ({ reason }) => reason === 'access');
  const [now] = await believes(ana, book.id, ([person]) => person?.state === 'viewing');
  expect(now).toEqual({ id: 'chloe', name: 'Chloe', state: 'viewing', dirty: [] });
  await story.user('chloe', { [workspace]: 'editor' });
});

test('[C7] [S4] a page without a socket is seen like any other, and goes with its session', async () => {
  const book = await newBook(story.as('ana'));
  const cookie = await story.signIn('ana');
  const page = personAt(story.http, { cookie, origin: story.url }, story.check);
  const ben = await socketOf('ben');
  const places = [{ resource: 'books', id: book.id, ...editing(['title'], 'title') }];
  const { status, body } = await page.put<Items>(path, { page: 'tab-1', places });
  const people = [{ id: 'ana', name: 'Ana', state: 'editing', dirty: ['title'], focus: 'title' }];
  expect([status, body]).toEqual([
    200,
    { items: [{ resource: 'books', id: book.id, people, more: 0 }], lease: 30_000 },
  ]);
  expect(await believes(ben, book.id, named('ana'))).toEqual(people);
  expect((await story.as('ben').put(path, { page: 'tab-1', places: [] })).status).toBe(200);
  expect((await where('ben')).length).toBe(1);
  expect((await page.post('/api/auth/sign-out', {})).status).toBe(200);
  await believes(ben, book.id, named());
  expect((await page.put(path, { page: 'tab-1', places })).status).toBe(401);
});

test('[S1] [S3] what is no place is refused over HTTP, and a stranger learns nothing, whatever they send', async () => {
  const place = { resource: 'books', id: 'dune', state: 'viewing' };
  const wrong: unknown[] = [
    {},
    { page: 'p' },
    { page: '', places: [] },
    { page: 'p', places: [{ ...place, id: '../x' }] },
    { page: 'p', places: [{ ...place, dirty: ['nonsense'] }] },
    { page: 'p', places: [{ ...place, more: 1 }] },
    { page: 'p', places: Array(51).fill(place) },
  ];
  for (const body of wrong) {
    const { status, body: refused } = await story.as('ana').put<Problem>(path, body);
    expect([status, refused.type, Array.isArray(refused.errors)]).toEqual([422, '/problems/invalid', true]);
  }
  for (const body of [...wrong, { page: 'p', places: [place] }]) {
    const foreign = await story.as('zoe').put<Problem>(path, body);
    const absent = await story.as('zoe').put<Problem>('/api/workspaces/nowhere/presence', body);
    expect([foreign.status, foreign.text]).toEqual([404, absent.text]);
  }
  expect((await story.as('ana').get(`${path}?x=1`)).status).toBe(400);
});
