import { randomUUID } from 'node:crypto';
import type { Store } from '@stet/store';
import { describe, expect, test } from 'vitest';
import { Catalogue } from '../../support/catalogue.js';

// Who is in which workspace, and as what.

export function membersContract(store: () => Store): void {
  describe('workspaces and members', () => {
    test('a workspace is made once', async () => {
      const id = randomUUID();
      const made = await store().workspaces.create({ id, name: 'One' });
      expect(made).toMatchObject({ id, name: 'One', seq: 0, floor: 0 });
      expect(await store().workspaces.create({ id, name: 'Two' })).toBeNull();
      expect(await store().workspaces.get(id)).toEqual(made);
      expect(await store().workspaces.all()).toContainEqual(made);
      expect(await store().workspaces.get(randomUUID())).toBeNull();
    });

    test('a member has one role, which can change, and none once removed', async () => {
      const { workspace } = await Catalogue.in(store());
      const user = randomUUID();
      const { role, setMember, removeMember, members } = store().workspaces;
      expect(await role(workspace, user)).toBeNull();
      await setMember({ workspace, user, role: 'viewer' });
      await setMember({ workspace, user, role: 'manager' });
      expect(await role(workspace, user)).toBe('manager');
      expect(await members(workspace)).toEqual([{ workspace, user, role: 'manager' }]);
      expect(await removeMember(workspace, user)).toBe(true);
      expect(await removeMember(workspace, user)).toBe(false);
      expect(await role(workspace, user)).toBeNull();
      expect(await members(workspace)).toEqual([]);
    });

    test('[S1] a user is told of the workspaces that they are in, by name, and of no other', async () => {
      const user = randomUUID();
      const [a, b, foreign] = [randomUUID(), randomUUID(), randomUUID()];
      await store().workspaces.create({ id: b, name: 'Beta' });
      await store().workspaces.create({ id: a, name: 'Alpha' });
      await store().workspaces.create({ id: foreign, name: 'Foreign' });
      await store().workspaces.setMember({ workspace: b, user, role: 'viewer' });
      await store().workspaces.setMember({ workspace: a, user, role: 'editor' });
      await store().workspaces.setMember({ workspace: foreign, user: randomUUID(), role: 'manager' });
      const found = await store().workspaces.of(user);
      expect(found.map(({ workspace, role }) => [workspace.id, workspace.name, role])).toEqual([
        [a, 'Alpha', 'editor'],
        [b, 'Beta', 'viewer'],
      ]);
      expect(found[0]?.workspace).toEqual(await store().workspaces.get(a));
    });

    test('nobody becomes a member of a workspace that is none', async () => {
      const user = randomUUID();
      await expect(store().workspaces.setMember({ workspace: randomUUID(), user, role: 'editor' })).rejects.toThrow();
      expect(await store().workspaces.of(user)).toEqual([]);
    });

    test('[H1] whose memberships change is told in order, each once with their newest, from any place on', async () => {
      const { workspace } = await Catalogue.in(store());
      const { setMember, removeMember, accessAfter, accessPlace } = store().workspaces;
      const [ana, ben] = [randomUUID(), randomUUID()];
      const start = await accessPlace();
      expect(await accessAfter(start)).toEqual({ place: start, users: [] });
      await setMember({ workspace, user: ana, role: 'viewer' });
      const between = await accessPlace();
      await setMember({ workspace, user: ben, role: 'editor' });
      expect(await accessAfter(start)).toEqual({ place: await accessPlace(), users: [ana, ben] });
      expect(await accessAfter(between)).toEqual({ place: await accessPlace(), users: [ben] });
      await removeMember(workspace, ana);
      expect(await accessAfter(start)).toEqual({ place: await accessPlace(), users: [ben, ana] });
      // What changes nothing, or fails, is no change.
      const end = await accessPlace();
      await removeMember(workspace, ana);
      await expect(setMember({ workspace: randomUUID(), user: ana, role: 'editor' })).rejects.toThrow();
      expect(await accessAfter(end)).toEqual({ place: end, users: [] });
    });

    test('[H1] who follows the changes of many at once misses nobody', async () => {
      const { workspace } = await Catalogue.in(store());
      const { setMember, accessAfter, accessPlace } = store().workspaces;
      const users = Array.from({ length: 40 }, () => randomUUID());
      let place = await accessPlace();
      const told = new Set<string>();
      let done = false;
      const setting = Promise.all(users.map((user) => setMember({ workspace, user, role: 'viewer' }))).then(() => {
        done = true;
      });
      for (let last = false; !last; ) {
        last = done;
        const news = await accessAfter(place);
        for (const user of news.users) told.add(user);
        place = news.place;
      }
      await setting;
      expect([...told].sort()).toEqual([...users].sort());
    });
  });
}
