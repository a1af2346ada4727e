import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, type House, moveIn, quietly } from '../operator/testing.js';
import { demoBooks, demoUsers, makeDemo } from './demo.js';

let folder: ReturnType<typeof dataFolder>;
let house: House;
beforeEach(async () => {
  folder = dataFolder();
  house = await moveIn(folder.config);
});
afterEach(async () => {
  await house.leave();
  folder.remove();
});

const begun: string[] = [];
const telling = { begins: () => begun.push('begun'), waits: () => begun.push('waited') };
const make = (hearing = quietly) => makeDemo(house.engine, hearing, telling);
const seq = async () => (await house.engine.store.workspaces.get('catalogue'))?.seq;

describe('the demo', () => {
  it('is 600 books and five people, made once', async () => {
    expect(await make()).toEqual({ kind: 'made' });
    expect(await seq()).toBe(demoBooks);
    const members = await house.engine.store.workspaces.members('catalogue');
    expect(members.map(({ user, role }) => `${user} ${role}`)).toEqual(
      demoUsers.map(({ username, role }) => `${username} ${role}`),
    );
    const [first] = await house.engine.store.log.after('catalogue', 0, 1);
    expect(first?.by).toEqual({ id: 'mara', name: 'Mara Moreau', via: 'import' });
    begun.length = 0;
    expect(await make()).toEqual({ kind: 'there' });
    expect([begun, await seq()]).toEqual([[], demoBooks]);
  });

  it('is completed by the next start where the first was cut off', async () => {
    const stop = new AbortController();
    const onHeard = () => stop.abort();
    expect(await make({ onHeard, signal: stop.signal })).toEqual({ kind: 'stopped' });
    expect(await seq()).toBeLessThan(demoBooks);
    expect(await make()).toEqual({ kind: 'made' });
    expect(await seq()).toBe(demoBooks);
    expect(await make()).toEqual({ kind: 'there' });
  });

  it('also where it was cut off with nothing but its name', async () => {
    await house.engine.store.workspaces.create({ id: 'catalogue', name: 'The catalogue' });
    const stop = new AbortController();
    expect(await make({ onHeard: () => stop.abort(), signal: stop.signal })).toEqual({ kind: 'stopped' });
    expect((await house.engine.store.workspaces.members('catalogue')).length).toBeGreaterThan(demoUsers.length);
  });

  it("leaves a person's own workspace of that name alone", async () => {
    await house.engine.store.workspaces.create({ id: 'catalogue', name: 'Mine' });
    expect(await make()).toEqual({ kind: 'there' });
    expect(await house.engine.store.workspaces.members('catalogue')).toEqual([]);
  });
});
