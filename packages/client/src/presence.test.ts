import type { Person, PresenceUp } from '@stet/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer, Ask } from './api.js';
import type { Unsaved } from './places.js';
import { createPresence } from './presence.js';

// One page of ana's: what it says by the socket or without one, and what it knows.

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seven = { resource: 'books', id: '7' };
const person = (id: string, state: Person['state'] = 'viewing', dirty: string[] = []): Person => ({
  id,
  name: id,
  state,
  dirty,
});
const ok = (body: unknown): Answer => ({ kind: 'ok', status: 200, body, headers: new Headers() });

function page() {
  const said: string[] = [];
  const asked: Ask[] = [];
  let unsaved: Unsaved[] = [];
  let answer: Promise<Answer> = Promise.resolve(ok({ items: [] }));
  const presence = createPresence({
    workspace: 'catalogue',
    user: 'ana',
    api(ask) {
      asked.push(ask);
      return answer;
    },
    send({ id, state, dirty, focus }: PresenceUp) {
      said.push([id, state, focus && `in ${focus}`, dirty.length > 0 && `unsaved ${dirty}`].filter(Boolean).join(' '));
      return true;
    },
    unsaved: () => unsaved,
  });
  let told = 0;
  presence.subscribe(() => {
    told += 1;
  });
  return {
    presence,
    asked,
    /** What was said since this was asked last. */
    said: () => said.splice(0),
    told: () => told,
    holds(...dirty: string[]) {
      unsaved = [{ ...seven, dirty }];
      presence.look();
    },
    answers(with_: Answer | Promise<Answer>) {
      answer = Promise.resolve(with_);
    },
    hear: (people: Person[], more = 0) => presence.take({ workspace: 'catalogue', ...seven, people, more }),
    ids: () => presence.of('books', '7').map(({ id }) => id),
  };
}

const pause = () => vi.advanceTimersByTime(1_000);

describe('what a page says', () => {
  test('is nothing without a socket, and all of it at each welcome', () => {
    const { presence, said, holds } = page();
    presence.here({ ...seven, focus: 'title' });
    holds('notes');
    pause();
    expect(said()).toEqual([]);
    presence.welcomed();
    expect(said()).toEqual(['7 editing in title unsaved notes']);
    presence.lost();
    presence.welcomed();
    expect(said()).toEqual(['7 editing in title unsaved notes']);
  });

  test('is what has changed, and the last of what changes quickly', () => {
    const { presence, said, holds } = page();
    presence.welcomed();
    presence.here(seven);
    pause();
    expect(said()).toEqual(['7 viewing']);
    presence.here(seven);
    presence.look();
    pause();
    expect(said()).toEqual([]);
    for (const focus of ['title', 'subtitle', 'authors', 'notes']) presence.here({ ...seven, focus });
    holds('notes');
    pause();
    expect(said()).toEqual(['7 editing in notes unsaved notes']);
    presence.here(null);
    holds();
    pause();
    expect(said()).toEqual(['7 left']);
  });

  test('is never more than a few words a second', () => {
    const { presence, said } = page();
    presence.welcomed();
    for (let count = 0; count < 100; count += 1) {
      presence.here({ ...seven, focus: `field${count}` });
      vi.advanceTimersByTime(10);
    }
    pause();
    const words = said();
    expect(words.length).toBeGreaterThan(1);
    expect(words.length).toBeLessThan(6);
    expect(words.at(-1)).toBe('7 editing in field99');
  });

  test('[C6] of a hidden page is that what is unsaved is unsaved, and that it looks at nothing', () => {
    const { presence, said, holds } = page();
    presence.welcomed();
    presence.here({ ...seven, focus: 'title' });
    holds('title');
    pause();
    said();
    presence.hidden(true);
    pause();
    expect(said()).toEqual(['7 editing unsaved title']);
    holds();
    pause();
    expect(said()).toEqual(['7 left']);
    presence.hidden(false);
    pause();
    expect(said()).toEqual(['7 editing in title']);
  });
});

describe('what a page knows', () => {
  test('is who else is there, for as long as the link holds', () => {
    const { presence, hear, ids } = page();
    expect(presence.isKnown).toBe(false);
    presence.welcomed();
    expect(presence.isKnown).toBe(true);
    hear([person('ana', 'editing'), person('ben'), person('chloe')], 3);
    expect(ids()).toEqual(['ben', 'chloe']);
    expect(presence.more('books', '7')).toBe(3);
    presence.lost();
    expect([ids(), presence.more('books', '7'), presence.isKnown]).toEqual([[], 0, false]);
    presence.welcomed();
    hear([person('ben')]);
    expect(ids()).toEqual(['ben']);
  });

  test('stays the same thing where nothing of it has changed', () => {
    const { presence, hear } = page();
    presence.welcomed();
    hear([person('ben', 'editing', ['title'])]);
    const before = presence.of('books', '7');
    hear([person('ana'), person('ben', 'editing', ['title'])]);
    expect(presence.of('books', '7')).toBe(before);
    hear([person('ben', 'editing')]);
    expect(presence.of('books', '7')).not.toBe(before);
  });

  test('is nothing of other workspaces, and nothing that comes without a link', () => {
    const { presence, hear, ids } = page();
    hear([person('ben')]);
    presence.welcomed();
    presence.take({ workspace: 'elsewhere', ...seven, people: [person('ben')], more: 0 });
    expect(ids()).toEqual([]);
  });

  test('[H1] is nothing any more where access has changed', () => {
    const { presence, hear, ids, said } = page();
    presence.welcomed();
    presence.here(seven);
    hear([person('ben')]);
    presence.anew();
    expect(ids()).toEqual([]);
    pause();
    expect(said()).toEqual(['7 viewing', '7 viewing']);
  });
});

describe('[C7] without a socket', () => {
  test('one request says where this page is, and its answer is all that is known', async () => {
    const { presence, holds, asked, answers, ids, said } = page();
    presence.here(seven);
    holds('title');
    answers(ok({ items: [{ ...seven, people: [person('ana', 'editing', ['title']), person('ben')], more: 0 }] }));
    await presence.beat();
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /workspaces/catalogue/presence']);
    expect(asked[0]?.body).toEqual({
      page: expect.stringMatching(/./),
      places: [{ ...seven, state: 'editing', dirty: ['title'] }],
    });
    expect(ids()).toEqual(['ben']);
    answers(ok({ items: [] }));
    await presence.beat();
    expect([ids(), presence.isKnown]).toEqual([[], true]);
    expect(said()).toEqual([]);
  });

  test('nothing is known once nobody answers', async () => {
    const { presence, answers, ids, told } = page();
    answers(ok({ items: [{ ...seven, people: [person('ben')], more: 0 }] }));
    await presence.beat();
    expect([ids(), told()]).toEqual([['ben'], 1]);
    answers({ kind: 'unreachable', detail: 'gone' });
    await presence.beat();
    expect([ids(), presence.isKnown, told()]).toEqual([[], false, 2]);
  });

  test('a socket that opens meanwhile is believed, and what was said without one is taken back', async () => {
    const { presence, asked, answers, hear, ids } = page();
    presence.here(seven);
    let letGo = (_: Answer): void => {};
    answers(
      new Promise((resolve) => {
        letGo = resolve;
      }),
    );
    const beaten = presence.beat();
    presence.welcomed();
    hear([person('chloe')]);
    letGo(ok({ items: [{ ...seven, people: [person('ben')], more: 0 }] }));
    await beaten;
    expect(ids()).toEqual(['chloe']);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.body).toMatchObject({ places: [] });
    await presence.beat();
    expect(asked).toHaveLength(2);
  });
});
