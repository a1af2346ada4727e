// Those who write while the network fails: programs over HTTP, and people in their forms.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { books, type Stale, type StetRecord } from '@stet/protocol';
import { type Answer, match, type Person } from './api.js';
import type { Random } from './random.js';
import { type Page, signed } from './recorded.js';

/** A workspace's books, as the writers know them. */
export interface Shelf {
  workspace: string;
  etags: Map<string, string>;
  /** That are written in and never destroyed. */
  kept: ReadonlySet<string>;
}

export interface Work {
  random: Random;
  /** Asked before each write. */
  goOn(): boolean;
  /** A write was acknowledged. */
  accepted(key?: string): void;
  /** Milliseconds between writes: without, as fast as they are answered. */
  pace?: number;
}

const statuses = ['ready', 'withheld'];
const most = 60;

/** Saves, creates and deletes here and there until told to stop; where no answer came, again with the same key. */
export async function writeAsProgram(person: Person, shelves: readonly Shelf[], work: Work): Promise<void> {
  const { random } = work;
  while (work.goOn()) {
    if (work.pace) await pause(work.pace);
    const shelf = random.pick(shelves);
    const id = random.pick([...shelf.etags.keys()]);
    const dice = random.int(1, 100);
    if (dice <= 3 && shelf.etags.size < most) await create(person, shelf, work);
    else if (dice <= 6 && !shelf.kept.has(id)) await change(person, shelf, id, null, work);
    else if (dice <= 28) await change(person, shelf, id, { status: random.pick(statuses) }, work);
    else if (dice <= 50) await change(person, shelf, id, { title: `Title ${random.int(1, 1_000)}` }, work);
    else await change(person, shelf, id, { pages: random.int(1, 100_000) }, work);
  }
}

const pathOf = (shelf: Shelf, id = '') => `/api/workspaces/${shelf.workspace}/books${id && `/${id}`}`;

async function create(person: Person, shelf: Shelf, work: Work): Promise<void> {
  const key = randomUUID();
  const id = `new-${key.slice(0, 8)}`;
  const body = { id, title: `New ${work.random.int(1, 1_000)}` };
  const answer = await insist(work, () => person.post<StetRecord>(pathOf(shelf), body, { 'idempotency-key': key }));
  if (answer?.status !== 201) return;
  shelf.etags.set(id, answer.body.etag);
  work.accepted(key);
}

async function change(
  person: Person,
  shelf: Shelf,
  id: string,
  fields: Record<string, unknown> | null,
  work: Work,
): Promise<void> {
  for (let etag = shelf.etags.get(id); etag !== undefined; ) {
    const key = randomUUID();
    const headers = { ...match({ etag }), 'idempotency-key': key };
    const answer = await insist(work, () =>
      fields === null
        ? person.delete<StetRecord>(pathOf(shelf, id), headers)
        : person.patch<StetRecord>(pathOf(shelf, id), fields, headers),
    );
    switch (answer?.status) {
      case 200:
        if (fields === null) shelf.etags.delete(id);
        else if (shelf.etags.has(id)) shelf.etags.set(id, answer.body.etag);
        // A save that changes nothing is no write.
        return answer.body.etag === etag ? undefined : work.accepted(key);
      case 412:
        etag = (answer.body as unknown as Stale).current.etag;
        shelf.etags.set(id, etag);
        break;
      case 410:
        shelf.etags.delete(id);
        return;
      case undefined:
        return;
      default:
        throw new Error(`Neither saved nor stale: ${answer?.status} ${answer?.text}`);
    }
  }
}

/** Asks until somebody answers; null where it is over by then. */
async function insist<T>(work: Work, ask: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (!work.goOn()) return null;
      // Whoever asks a dead line again and again leaves the others no time.
      await pause(20);
    }
  }
}

/** Types in the notes of one book and saves, over and over, whatever comes in between. */
export async function writeAsPerson({ name, stet }: Page, id: string, work: Work): Promise<void> {
  const record = stet.record(books, id);
  await stet.load(record);
  const draft = await stet.drafts.open(record);
  for (let count = 1; work.goOn(); count += 1) {
    draft.edit('notes', signed(name, count));
    while (draft.isDirty) {
      const result = await draft.submit();
      if (result === 'choosing') await draft.settleFor('mine');
      else if (result === 'saved') work.accepted();
      else if (result === 'failed') await pause(20);
      else if (result !== 'unchanged') throw new Error(`${name} cannot go on: ${result}`);
    }
  }
}
