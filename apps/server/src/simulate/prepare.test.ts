import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../config.js';
import { openEngine } from '../engine.js';
import { type PlannedUser, prepare } from './prepare.js';

const data = mkdtempSync(join(tmpdir(), 'stet-test-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const read = readConfig({ STET_DATA: data });
if (read.kind === 'wrong') throw new Error(read.errors.join('; '));
const { config } = read;

test('everybody of a run is there, with a role and a token, and nobody gets a password', async () => {
  const users: PlannedUser[] = Array.from({ length: 60 }, (_, place) => ({
    user: `person-${place + 1}`,
    role: place === 0 ? 'viewer' : 'editor',
  }));
  const tokens = await prepare(config, 'run', users);
  expect([...tokens.keys()]).toEqual(users.map(({ user }) => user));

  const { auth, store, close } = await openEngine(config, pino({ level: 'silent' }), ['http://localhost:4000']);
  try {
    const who = await auth.identify({ authorization: `Bearer ${tokens.get('person-1')}` });
    expect([who?.user.id, await store.workspaces.role('run', 'person-1')]).toEqual(['person-1', 'viewer']);
    expect(await store.workspaces.members('run')).toHaveLength(60);
    // Made for good: to add one again gives nobody a password.
    const again = await auth.addUser({ username: 'person-1', password: 'a password that is long' });
    expect(again.kind).toBe('taken');
  } finally {
    await close();
  }
});

test('a name that no user can have is refused in words', async () => {
  await expect(prepare(config, 'run', [{ user: 'Ana Ruiz', role: 'editor' }])).rejects.toThrow(/^"Ana Ruiz" can’t be/);
  const twice: PlannedUser[] = ['ana', 'ana'].map((user) => ({ user, role: 'editor' }));
  await expect(prepare(config, 'run', twice)).rejects.toThrow('There are two users "ana".');
});
