import type { StetRecord, VersionInfo } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personAt } from '../support/api.js';
import { acceptedIn, checkTogether, type Editor, editTogether, linesOf, wholeLog } from '../support/editors.js';
import { type Http, httpTo } from '../support/http.js';
import { randomOf, seed } from '../support/random.js';
import { at, newBook, type Story, startStory } from '../support/story.js';

// 64 clients, ten books: whoever was slower is told so, and nobody's work is overwritten.

let story: Story;
let http: Http;
beforeAll(async () => {
  story = await startStory();
  http = httpTo(story.url, 64);
});
afterAll(async () => {
  http.close();
  await story.stop();
});

const clients = 64;
const enough = 2_000;

test(`[V1] [V2] no edit is lost while many save as fast as they can (STET_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const ana = story.as('ana');
  const books = await Promise.all(Array.from({ length: 10 }, (_, place) => newBook(ana, { title: `Shared ${place}` })));
  const users = ['ana', 'ben', 'chloe', 'mara'];
  const editors: Editor[] = [];
  for (let place = 0; place < clients; place += 1) {
    const user = users[place % users.length] ?? 'ana';
    editors.push({ user, person: personAt(http, { authorization: `Bearer ${await story.token(user)}` }) });
  }

  console.log(performance.now());
  const load = await editTogether({
    editors,
    books: books.map((book) => at(book)),
    random: randomOf(seed),
    name: 'edit',
    goOn: (so) => acceptedIn(so) < enough,
  });

  console.log(load.stale, performance.now());
  expect(acceptedIn(load)).toBeGreaterThanOrEqual(enough);
  // Without any contention this would prove nothing.
  expect(load.stale).toBeGreaterThan(0);
  const log = await wholeLog(ana, 'catalogue');
  checkTogether(log, [load]);

  const now = await Promise.all(books.map(async (book) => (await ana.get<StetRecord>(at(book))).body));
  console.log(performance.now());
  const growth = now.reduce((sum, { version }) => sum + version - 1, 0);
  expect(growth).toBe(acceptedIn(load));
  for (const book of now) {
    expect(linesOf(book)).toHaveLength(book.version - 1);
    const history: VersionInfo[] = [];
    for (let after = ''; ; ) {
      const { body } = await ana.get<{ items: VersionInfo[]; next: string | null }>(
        at(book, `/versions?limit=200${after}`),
      );
      history.push(...body.items);
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    const logged = log.filter(({ id }) => id === book.id).reverse();
    expect(history).toEqual(
      logged.map(({ version, action, by, at: when, fields }) => ({ version, action, by, at: when, fields })),
    );
  }
});
