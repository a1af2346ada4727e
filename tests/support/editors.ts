// Many people who write into the same few books at once, each line with a name of its own; what they were told is
// written down for editors-check.ts.
import { setTimeout as pause } from 'node:timers/promises';
import type { Change, Stale, StetRecord } from '@stet/protocol';
import { expect } from 'vitest';
import { type Answer, match, type Person } from './api.js';
import { answered } from './http.js';
import type { Random } from './random.js';

export interface Editor {
  /** The user's id. */
  user: string;
  person: Person;
}

/** One line that somebody wanted to add, and what is known of it. */
export interface Edit {
  token: string;
  user: string;
  book: string;
  /** `unknown`: no answer came, so it is wholly there or not at all. */
  outcome: { kind: 'accepted'; version: number } | { kind: 'unknown' };
}

/** A book as somebody was shown it. */
export interface Read {
  record: StetRecord;
  /** Its newest version that had been acknowledged when it was asked for; 0 where none had. */
  since: number;
}

export interface Load {
  edits: Edit[];
  reads: Read[];
  /** How often a save was stale and was tried again on what was there then. */
  stale: number;
}

export interface Plan {
  editors: readonly Editor[];
  /** Where the books are. */
  books: readonly string[];
  random: Random;
  /** Distinguishes the lines of one load from another's. */
  name: string;
  /** Asked before each new edit. */
  goOn(load: Load): boolean;
  /** Milliseconds, at most, in which somebody thinks about the next edit: without, they save as fast as they can. */
  pace?: number;
}

/** Reads, adds a line, saves; where somebody else was faster, again on what is there then. Ends when told, or when nobody answers. */
export async function editTogether({ editors, books, random, name, goOn, pace }: Plan): Promise<Load> {
  const load: Load = { edits: [], reads: [], stale: 0 };
  const newest = new Map<string, number>();
  await Promise.all(
    editors.map(async ({ user, person }, place) => {
      for (let count = 0; goOn(load); count += 1) {
        if (pace) await pause(random.int(0, pace));
        const edit: Edit = {
          token: `${name}.${place}.${count}`,
          user,
          book: random.pick(books),
          outcome: { kind: 'unknown' },
        };
        const ended = await untilSaved(person, edit, load, newest);
        if (ended === 'silence') return;
      }
    }),
  );
  return load;
}

async function untilSaved(
  person: Person,
  edit: Edit,
  load: Load,
  newest: Map<string, number>,
): Promise<'saved' | 'silence'> {
  const { token, book } = edit;
  /** What the answer shows of the book, where one comes. */
  async function shown<T>(
    ask: () => Promise<Answer<T>>,
    of: (answer: Answer<T>) => StetRecord,
  ): Promise<Answer<T> | null> {
    const since = newest.get(book) ?? 0;
    const answer = await answered(ask());
    if (answer) load.reads.push({ record: of(answer), since });
    return answer;
  }
  const read = async () =>
    (
      await shown(
        () => person.get<StetRecord>(book),
        ({ body }) => body,
      )
    )?.body;
  let record = await read();
  for (let attempt = 1; record; attempt += 1) {
    const notes = [...linesOf(record), token].join('\n');
    // From another version it is another write.
    const headers = { ...match(record), 'idempotency-key': `${token}/${attempt}` };
    // From here on it may be there, whether or not anybody says so.
    const save = await shown(
      () => person.patch<StetRecord | Stale>(book, { notes }, headers),
      ({ status, body }) => (status === 412 ? (body as Stale).current : body) as StetRecord,
    );
    if (!save) {
      load.edits.push(edit);
      return 'silence';
    }
    if (save.status === 200) {
      const { version } = save.body as StetRecord;
      newest.set(book, Math.max(newest.get(book) ?? 0, version));
      load.edits.push({ ...edit, outcome: { kind: 'accepted', version } });
      return 'saved';
    }
    expect(save.status, save.text).toBe(412);
    load.stale += 1;
    // The refusal holds what is there now: every other one is believed, the rest is read again.
    record = load.stale % 2 === 0 ? ((save.body as Stale).current as StetRecord) : await read();
  }
  return 'silence';
}

export const linesOf = (record: object): string[] => {
  const { notes } = record as { notes?: unknown };
  return typeof notes === 'string' && notes !== '' ? notes.split('\n') : [];
};

export const acceptedIn = ({ edits }: Load): number =>
  edits.filter(({ outcome }) => outcome.kind === 'accepted').length;

/** The whole log of a workspace. */
export async function wholeLog(person: Person, workspace: string): Promise<Change[]> {
  const log: Change[] = [];
  for (let since = ''; ; ) {
    const path = `/api/workspaces/${workspace}/changes?limit=500${since && `&since=${since}`}`;
    const { body } = await person.get<{ changes: Change[]; cursor: string; more: boolean }>(path);
    log.push(...body.changes);
    if (!body.more) return log;
    since = body.cursor;
  }
}
