import { afterEach, beforeEach, expect, test } from 'vitest';
import { match } from '../support/api.js';
import { connect, personOn } from '../support/socket.js';
import { at, newBook, type Story, startStory } from '../support/story.js';
import { until } from '../support/until.js';

// A server that is told to stop: nobody who was let in is cut off.

let story: Story;
beforeEach(async () => {
  story = await startStory({}, { http: { lastIdle: 500 } });
});
afterEach(() => story.stop());

/** Saves wait from now on until they are let go. */
function holdSaves(): { waiting: () => number; letGo: () => void } {
  const { store } = story.engine;
  const { write } = store;
  let waiting = 0;
  let letGo = () => {};
  const gate = new Promise<void>((open) => {
    letGo = open;
  });
  Object.assign(store, {
    write: async (asked: Parameters<typeof write>[0]) => {
      waiting += 1;
      await gate;
      return write(asked);
    },
  });
  return { waiting: () => waiting, letGo };
}

test('[V6] what was begun is answered, over HTTP and on a socket; what is new is sent elsewhere', async () => {
  const [ana, ben] = [story.as('ana'), story.as('ben')];
  const [one, two] = [await newBook(ana), await newBook(ana)];
  const socket = await connect(story.url, ben);
  // So that connections are open on which nothing is asked.
  await Promise.all([ana.get('/readyz'), ana.get('/readyz'), ana.get('/readyz')]);
  const held = holdSaves();
  const overHttp = ana.patch(at(one), { title: 'Over HTTP' }, match(one));
  const onSocket = personOn(socket).patch(at(two), { title: 'On a socket' }, match(two));
  await until('both are begun', () => held.waiting() === 2);

  const stopped = story.running.stop();
  // On a connection that was open already.
  const readiness = await until('it says that it stops', async () => {
    const answer = await ana.get('/readyz');
    return answer.status === 503 && answer;
  });
  expect(readiness).toMatchObject({ body: { detail: 'The server is stopping.' }, headers: { connection: 'close' } });
  expect(await personOn(socket).get('/api/me')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  held.letGo();
  expect(await overHttp).toMatchObject({ status: 200, headers: { connection: 'close' }, body: { version: 2 } });
  expect(await onSocket).toMatchObject({ status: 200, body: { version: 2 } });
  expect(await socket.next('bye')).toMatchObject({ reason: 'stopping', retry: expect.any(Number) });
  await stopped;
});
