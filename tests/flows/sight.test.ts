import type { Change, Membership, Problem, StetRecord, VersionInfo } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { match } from '../support/api.js';
import { openEvents } from '../support/events.js';
import { connect } from '../support/socket.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// A book that is withheld: its editors go on with it, and a viewer finds nothing that tells of it. vic views, ana edits.

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story.stop());

const edit = async (book: StetRecord, fields: Record<string, string | number>): Promise<StetRecord> => {
  const { body } = await story.as('ana').patch<StetRecord>(at(book), fields, match(book));
  return body;
};

/** A book that vic has seen, and sees no more. */
async function gone(): Promise<StetRecord> {
  const book = await newBook(story.as('ana'), { title: 'Persuasion' });
  return edit(await edit(book, { status: 'withheld' }), { title: 'Persuasion, in secret' });
}

/** An answer without what tells one request from another. */
const bytes = ({ status, text }: { status: number; text: string }) => ({ status, text });

describe('[H1] [S1] what a viewer asks of a book that is withheld', () => {
  test('is answered as if it had never been', async () => {
    const [vic, secret] = [story.as('vic'), await gone()];
    const absent = { id: 'never-was' };
    for (const more of ['', '/versions', '/versions/1', '/versions/3']) {
      const answer = await vic.get<Problem>(at(secret, more));
      expect(answer.status).toBe(404);
      expect(bytes(answer)).toEqual(bytes(await vic.get(at(absent, more))));
    }
    const listed = await vic.get<{ items: StetRecord[] }>(`${books}?q=persuasion&limit=200`);
    expect(listed.body.items).toEqual([]);
    expect((await vic.get<{ items: unknown[] }>(`${books}?status=withheld`)).body.items).toEqual([]);
    expect((await story.as('ana').get(at(secret))).status).toBe(200);
  });

  test('stays so when it is destroyed out of sight', async () => {
    const [vic, secret] = [story.as('vic'), await gone()];
    await story.as('ana').delete(at(secret), match(secret));
    expect((await vic.get(at(secret))).status).toBe(404);
    expect((await story.as('ana').get(at(secret))).status).toBe(410);
  });

  test('shows nothing of the time before, once it is there for all', async () => {
    const [vic, secret] = [story.as('vic'), await gone()];
    const shown = await edit(secret, { status: 'ready' });
    expect((await vic.get<StetRecord>(at(shown))).body.title).toBe('Persuasion, in secret');
    const { body } = await vic.get<{ items: VersionInfo[] }>(at(shown, '/versions'));
    expect(body.items.map(({ version }) => version)).toEqual([4, 1]);
    expect((await vic.get(at(shown, '/versions/3'))).status).toBe(404);
  });
});

describe('[H1] who may not see a book any more', () => {
  const tell = ({ action, version, fields, by, obj }: Change) => ({
    action,
    version,
    fields,
    by: by.id,
    obj: obj?.title,
  });
  const nobody = { fields: [], by: '', obj: undefined };

  test('is told that it is gone, and nothing of who, what and what came after, on every road', async () => {
    const vic = story.as('vic');
    const { cursor } = (await vic.get<{ workspaces: Membership[] }>('/api/me')).body.workspaces[0] as Membership;
    const socket = await connect(story.url, vic);
    const stream = await openEvents(story.url, `/api/workspaces/catalogue/changes?since=${cursor}`, {
      authorization: `Bearer ${await story.token('vic')}`,
    });
    const secret = await gone();
    const shown = await edit(await edit(secret, { pages: 249 }), { status: 'ready' });
    const heard = [
      { action: 'create', version: 1, fields: ['title'], by: 'ana', obj: 'Persuasion' },
      { action: 'destroy', version: 2, ...nobody },
      { action: 'update', version: 5, fields: ['status'], by: 'ana', obj: 'Persuasion, in secret' },
    ];
    const mine = (changes: Change[]) => changes.filter(({ id }) => id === shown.id).map(tell);
    await socket.until('rt-change', ({ id, version }) => id === shown.id && version === 5);
    await stream.until(({ id, version }) => id === shown.id && version === 5);
    expect(mine(socket.heard('rt-change'))).toEqual(heard);
    expect(mine(stream.changes())).toEqual(heard);
    const late = await connect(story.url, vic, { cursors: { catalogue: cursor } });
    await late.until('rt-change', ({ id, version }) => id === shown.id && version === 5);
    expect(mine(late.heard('rt-change'))).toEqual(heard);
    const { body } = await vic.get<{ changes: Change[] }>(`/api/workspaces/catalogue/changes?since=${cursor}`);
    expect(mine(body.changes)).toEqual(heard);
    const { body: all } = await story
      .as('ben')
      .get<{ changes: Change[] }>(`/api/workspaces/catalogue/changes?since=${cursor}`);
    expect(mine(all.changes).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    for (const open of [socket, late, stream]) open.close();
  });
});
