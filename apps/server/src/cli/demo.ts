import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Role } from '@stet/protocol';
import type { Engine } from '../engine.js';
import type { Hearing, Operation, Refused } from '../operator/operations.js';
import { perform } from '../operator/perform.js';

// A catalogue of real books and five people, for a first look. Made once, by whichever node comes first; afterwards it is
// a workspace like any other.

export interface DemoUser {
  username: string;
  name: string;
  role: Role;
}

export const demoUsers: readonly DemoUser[] = [
  { username: 'ana', name: 'Ana Alves', role: 'editor' },
  { username: 'ben', name: 'Ben Berger', role: 'editor' },
  { username: 'chloe', name: 'Chloé Caron', role: 'editor' },
  { username: 'mara', name: 'Mara Moreau', role: 'manager' },
  { username: 'vic', name: 'Vic Varga', role: 'viewer' },
];
export const demoPassword = 'let-it-stand';
export const demoBooks = 600;

const workspace = 'catalogue';
const title = 'The catalogue';
/**
 * A member from the first step until after the last, in the database since another node may have to go on: so what was
 * half made tells itself from what is a person's own. No user can have this id.
 */
const unfinished = 'stet:demo';
const books = fileURLToPath(new URL('../../demo/books.csv', import.meta.url));

export type Demo = { kind: 'there' } | { kind: 'made' } | { kind: 'stopped' } | Refused;

/** What is said of how it goes. */
export interface Telling {
  begins(): void;
  /** Another node is making it, or is otherwise busy with what one node does at a time. */
  waits(): void;
}

const waitsAfter = 1_000;

/** Makes the demo where it is missing, and completes one that was cut off in the making. */
export async function makeDemo(engine: Engine, hearing: Hearing, telling: Telling): Promise<Demo> {
  if ((await standing(engine)) === 'there') return { kind: 'there' };
  const turn = new AbortController();
  const waiting = pause(waitsAfter, undefined, { signal: turn.signal }).then(telling.waits, () => {});
  try {
    return await engine.store.exclusively(async () => {
      turn.abort();
      if (hearing.signal.aborted) return { kind: 'stopped' };
      // Another one may have made it meanwhile.
      if ((await standing(engine)) === 'there') return { kind: 'there' };
      telling.begins();
      return make(engine, hearing);
    });
  } finally {
    turn.abort();
    await waiting;
  }
}

async function standing({ store }: Engine): Promise<'there' | 'missing'> {
  const found = await store.workspaces.get(workspace);
  if (!found) return 'missing';
  const members = await store.workspaces.members(workspace);
  // Cut off before the first member, or after that.
  const isBare = found.name === title && found.seq === 0 && members.length === 0;
  return isBare || members.some(({ user }) => user === unfinished) ? 'missing' : 'there';
}

async function make(engine: Engine, hearing: Hearing): Promise<Demo> {
  const { workspaces } = engine.store;
  await workspaces.create({ id: workspace, name: title });
  await workspaces.setMember({ workspace, user: unfinished, role: 'viewer' });
  const refusal = await people(engine, hearing);
  if (refusal) return refusal;
  const imported = await perform<'importFile'>(engine, booksAs('mara'), hearing);
  if (imported.kind === 'refused') return imported;
  if (imported.value.ended.kind !== 'complete') return { kind: 'stopped' };
  await workspaces.removeMember(workspace, unfinished);
  return { kind: 'made' };
}

/** What is there already stays: each step may have been done before. */
async function people(engine: Engine, hearing: Hearing): Promise<Refused | null> {
  const steps: Operation[] = [];
  for (const { username, name, role } of demoUsers) {
    if (!(await engine.auth.findUser(username))) {
      steps.push({ kind: 'userAdd', username, name, password: demoPassword });
    }
    steps.push({ kind: 'memberAdd', user: username, workspace, role });
  }
  for (const step of steps) {
    const result = await perform(engine, step, hearing);
    if (result.kind === 'refused') return result;
  }
  return null;
}

const booksAs = (user: string) => ({
  kind: 'importFile' as const,
  file: books,
  workspace,
  resource: 'books',
  as: user,
  map: [],
  split: {},
  dryRun: false,
  prefer: 'people' as const,
  notes: false,
});
