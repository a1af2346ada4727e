import { type StetRecord, type VersionInfo, versionSchema } from '@stet/protocol';
import { afterAll, expect, test } from 'vitest';
import { personAt } from '../support/api.js';
import { acceptedIn, type Editor, editTogether, linesOf, wholeLog } from '../support/editors.js';
import { flawsOfEdits } from '../support/editors-check.js';
import { randomOf, seed } from '../support/random.js';
import { at, newBook, type Story, startStory } from '../support/story.js';

// 64 clients, ten books: whoever was slower is told so, and nobody's work is overwritten.

const stories: Story[] = [];
const clients = 64;
const enough = 1_000;
const users = ['ana', 'ben', 'chloe', 'mara'];

/** A server with ten books, and 64 clients of four people. */
async function busyPlace(): Promise<{ story: Story; books: StetRecord[]; editors: Editor[] }> {
  const story = await startStory();
  stories.push(story);
  const titles = Array.from({ length: 10 }, (_, place) => `Shared ${place}`);
  const books = await Promise.all(titles.map((title) => newBook(story.as('ana'), { title })));
  const editors: Editor[] = [];
  for (let place = 0; place < clients; place += 1) {
    const user = users[place % users.length] ?? 'ana';
    editors.push({ user, person: personAt(story.http, { authorization: `Bearer ${await story.token(user)}` }) });
  }
  return { story, books, editors };
}
afterAll(async () => {
  for (const story of stories) await story.stop();
});

test(`[V1] [V2] no edit is lost while many save as fast as they can (STET_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const { story, books, editors } = await busyPlace();
  const ana = story.as('ana');

  const load = await editTogether({
    editors,
    books: books.map((book) => at(book)),
    random: randomOf(seed),
    name: 'edit',
    goOn: (so) => acceptedIn(so) < enough,
  });

  expect(acceptedIn(load)).toBeGreaterThanOrEqual(enough);
  // Without any contention this would prove nothing.
  expect(load.stale).toBeGreaterThan(0);
  const log = await wholeLog(ana, 'catalogue');
  expect(flawsOfEdits(log, [load])).toEqual([]);

  const now = await Promise.all(books.map(async (book) => (await ana.get<StetRecord>(at(book))).body));
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
    expect(history).toEqual(logged.map((change) => versionSchema.parse(change)));
  }
});

test('whoever checks this would notice a guard that does not guard', { timeout: 60_000 }, async () => {
  const { story, books, editors } = await busyPlace();
  const { store } = story.engine;
  const guarded = store.write;
  // What the record is by now is taken for what the write was based on: the last one wins.
  store.write = async (write) => {
    for (;;) {
      const before = await store.records.get(write.workspace, write.resource.name, write.id);
      const outcome = await guarded({ ...write, before });
      if (outcome.kind === 'saved') return outcome;
    }
  };
  const load = await editTogether({
    // All on one book, where the last of them wins at the last try: more of them would take turns for a while.
    editors: editors.slice(0, 8),
    books: books.slice(0, 1).map((book) => at(book)),
    random: randomOf(seed),
    name: 'edit',
    goOn: (so) => acceptedIn(so) < 100,
  });
  const log = await wholeLog(story.as('ana'), 'catalogue');
  expect(flawsOfEdits(log, [load]).map(({ kind }) => kind)).toContain('lost');
});
