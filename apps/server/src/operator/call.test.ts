import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { call } from './call.js';
import type { Kind, OperationOf, Result } from './operations.js';
import { dataFolder, log, moveIn, quietly } from './testing.js';

const ana: OperationOf<'userAdd'> = { kind: 'userAdd', username: 'ana', password: 'let-it-stand' };

it('a command works with and without somebody in the folder, and leaves the folder free', async () => {
  const { config, data, remove } = dataFolder();
  const does = <K extends Kind>(operation: OperationOf<K>): Promise<Result<K>> =>
    call<K>({ config, what: 'stet test', log }, operation, quietly);
  expect(await does<'userAdd'>(ana)).toMatchObject({ kind: 'done', value: { username: 'ana' } });
  expect(readdirSync(data)).not.toContain('operator.sock');
  const house = await moveIn(config);
  expect(await does<'userAdd'>(ana)).toEqual({ kind: 'refused', message: 'There is a user "ana" already.' });
  await house.leave();
  expect(await does<'userList'>({ kind: 'userList' })).toMatchObject({ kind: 'done', value: [{ username: 'ana' }] });
  remove();
});

it('many commands at once take turns, and none is lost', async () => {
  const { config, remove } = dataFolder();
  const caller = { config, what: 'stet test', log };
  const names = Array.from({ length: 12 }, (_, place) => `user${place}`);
  const results = await Promise.all(names.map((username) => call<'userAdd'>(caller, { ...ana, username }, quietly)));
  expect(results.map(({ kind }) => kind)).toEqual(names.map(() => 'done'));
  const listed = await call<'userList'>(caller, { kind: 'userList' }, quietly);
  expect(listed.kind === 'done' && listed.value).toHaveLength(names.length);
  remove();
});

it('what no operation allows is refused before anybody is asked', async () => {
  const { config, remove } = dataFolder();
  const operation: OperationOf<'workspaceAdd'> = { kind: 'workspaceAdd', id: 'a/b', name: 'x' };
  const result = await call<'workspaceAdd'>({ config, what: 'stet test', log }, operation, quietly);
  expect(result).toMatchObject({ kind: 'refused' });
  remove();
});
