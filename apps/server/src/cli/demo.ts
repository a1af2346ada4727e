import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '@stet/protocol';
import type { Engine } from '../engine.js';
import type { Hearing, Operation, Refused } from '../operator/operations.js';
import { perform } from '../operator/perform.js';

// A catalogue of real books and five people, for a first look. Made once; afterwards it is a workspace like any other.

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
const books = fileURLToPath(new URL('../../demo/books.csv', import.meta.url));

export type Demo = { kind: 'there' } | { kind: 'made' } | { kind: 'stopped' } | Refused;

/** Makes the demo where it is missing, and completes one that was cut off in the making. */
export async function makeDemo(engine: Engine, hearing: Hearing, onBegin: () => void): Promise<Demo> {
  // There from before the first step until after the last: what was half made tells itself from what is a person's own.
  const unfinished = join(engine.config.data, 'demo-unfinished');
  const isThere = (await engine.store.workspaces.get(workspace)) !== null;
  if (isThere && !existsSync(unfinished)) return { kind: 'there' };
  onBegin();
  writeFileSync(unfinished, '');
  const refusal = await people(engine, hearing);
  if (refusal) return refusal;
  const imported = await perform<'importFile'>(engine, booksAs('mara'), hearing);
  if (imported.kind === 'refused') return imported;
  if (imported.value.ended.kind !== 'complete') return { kind: 'stopped' };
  rmSync(unfinished);
  return { kind: 'made' };
}

/** What is there already stays: each step may have been done before. */
async function people(engine: Engine, hearing: Hearing): Promise<Refused | null> {
  const { store, auth } = engine;
  const steps: Operation[] = [];
  if (!(await store.workspaces.get(workspace))) {
    steps.push({ kind: 'workspaceAdd', id: workspace, name: 'The catalogue' });
  }
  for (const { username, name, role } of demoUsers) {
    if (!(await auth.findUser(username))) steps.push({ kind: 'userAdd', username, name, password: demoPassword });
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
