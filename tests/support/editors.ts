// Many people who write into the same few books at once, each line with a name of its own; and the check that every
// line that was acknowledged stands there, once, by whom it was written, and that nobody's was lost.
import type { Change, Stale, StetRecord } from '@stet/protocol';
import { expect } from 'vitest';
import { type Answer, match, type Person } from './api.js';
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

export interface Load {
  edits: Edit[];
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
}

/** Reads, adds a line, saves; where somebody else was faster, again on what is there then. Ends when told, or when nobody answers. */
export async function editTogether({ editors, books, random, name, goOn }: Plan): Promise<Load> {
  const load: Load = { edits: [], stale: 0 };
  await Promise.all(
    editors.map(async ({ user, person }, place) => {
      for (let count = 0; goOn(load); count += 1) {
        const edit: Edit = {
          token: `${name}.${place}.${count}`,
          user,
          book: random.pick(books),
          outcome: { kind: 'unknown' },
        };
        const ended = await untilSaved(person, edit, load);
        if (ended === 'silence') return;
      }
    }),
  );
  return load;
}

async function untilSaved(person: Person, edit: Edit, load: Load): Promise<'saved' | 'silence'> {
  let record = (await answered(() => person.get<StetRecord>(edit.book)))?.body;
  while (record) {
    const notes = [...linesOf(record), edit.token].join('\n');
    const base = match(record);
    // From here on it may be there, whether or not anybody says so.
    const save = await answered(() => person.patch<StetRecord | Stale>(edit.book, { notes }, base));
    if (!save) {
      load.edits.push(edit);
      return 'silence';
    }
    if (save.status === 200) {
      load.edits.push({ ...edit, outcome: { kind: 'accepted', version: (save.body as StetRecord).version } });
      return 'saved';
    }
    expect(save.status, save.text).toBe(412);
    load.stale += 1;
    // The refusal holds what is there now: every other one is believed, the rest is read again.
    record =
      load.stale % 2 === 0
        ? ((save.body as Stale).current as StetRecord)
        : (await answered(() => person.get<StetRecord>(edit.book)))?.body;
  }
  return 'silence';
}

/** null where the connection breaks. */
async function answered<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
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

/** [V1] [V6] [L1] What the log says, held against what the editors were told. */
export function checkTogether(log: readonly Change[], loads: readonly Load[]): void {
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));

  const written = new Map<string, Change>();
  const standing = new Map<string, Change>();
  for (const change of log) {
    const before = standing.get(change.id);
    expect(change.version).toBe((before?.version ?? 0) + 1);
    standing.set(change.id, change);
    if (!before) continue;
    // Each version is the one before and one line more: nobody's line was lost, none was written twice.
    const [was, is] = [linesOf(before.obj ?? {}), linesOf(change.obj ?? {})];
    expect(is.slice(0, -1)).toEqual(was);
    const token = is.at(-1) ?? '';
    expect(written.has(token)).toBe(false);
    written.set(token, change);
  }

  const edits = loads.flatMap((load) => load.edits);
  for (const { token, user, book, outcome } of edits) {
    const change = written.get(token);
    if (!change && outcome.kind === 'unknown') continue;
    expect(change, `${token} was acknowledged and is not there`).toBeDefined();
    expect([change?.by.id, book.endsWith(`/${change?.id}`)]).toEqual([user, true]);
    if (outcome.kind === 'accepted') expect(change?.version).toBe(outcome.version);
  }
  const tokens = new Set(edits.map(({ token }) => token));
  expect([...written.keys()].filter((token) => !tokens.has(token))).toEqual([]);
  const unknown = edits.filter(({ token, outcome }) => outcome.kind === 'unknown' && written.has(token)).length;
  expect(written.size).toBe(loads.reduce((sum, load) => sum + acceptedIn(load), 0) + unknown);
}
