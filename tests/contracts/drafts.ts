import type { KeptDraft } from '@stet/client';
import { describe, expect, test } from 'vitest';

// What every place keeps that drafts are kept in, whatever is under it: run once for each sibling.

/** A tab that a person has open. What is done there may be done in another process. */
export interface Tab {
  all(): Promise<KeptDraft[]>;
  put(draft: KeptDraft): Promise<void>;
  remove(id: string): Promise<void>;
  /** Answers with the undo. */
  hold(id: string): Promise<(() => Promise<void>) | null>;
  holders(): Promise<string[]>;
  /** Takes it and lets it go so many times, without a pause; whether it had it each time. */
  retake(id: string, times: number): Promise<boolean[]>;
  /** From now on it counts how often it hears that another tab has changed something. */
  listen(): Promise<{ heard(): Promise<number>; stop(): Promise<void> }>;
  /** The same tab, after it was loaded again. */
  reload(): Promise<Tab>;
  close(): Promise<void>;
  crash(): Promise<void>;
}

export interface Device {
  tab(owner?: { user: string; workspace: string }): Promise<Tab>;
  /** Writes beside the store what is not of its making. */
  plant(user: string, id: string, found: object): Promise<void>;
  /** All that stands there for a person, read or not. */
  found(user: string): Promise<unknown[]>;
}

export const ana = { user: 'ana', workspace: 'catalogue' };

export const draft = (id: string, title: string, more: Partial<KeptDraft> = {}): KeptDraft => ({
  form: 1,
  id,
  ...ana,
  resource: 'books',
  record: 'b1',
  newId: 'n1',
  title,
  base: { version: 3, etag: 'e-3', body: { title: 'Dune', pages: 412, subjects: ['sf'], subtitle: null } },
  typed: { title: { value: title } },
  startedFrom: null,
  parked: false,
  at: '2026-11-20T10:00:00.000Z',
  ...more,
});

const rich = draft('d1', 'Dune: Messiah', {
  base: {
    version: 3,
    etag: 'e-3',
    body: { title: 'Dune', pages: 412, subjects: ['sf', '紅樓夢 👩‍👩‍👧'], subtitle: null },
  },
  typed: { title: { value: 'Dune: Messiah' }, pages: { value: 'about 300', origin: 411 }, subjects: { value: [] } },
  chosen: {
    pages: { side: 'mine', over: null, mine: 7 },
    subjects: { side: 'edited', over: ['sf'], mine: ['sand'], edited: ['sf', 'sand'] },
  },
  sent: {
    key: 'k1',
    ask: {
      method: 'PATCH',
      path: '/workspaces/catalogue/books/b1?onConflict=merge',
      headers: { 'if-match': '"e-3"', 'idempotency-key': 'k1' },
      body: { title: 'Dune: Messiah', nested: [{ deep: null }] },
    },
    mine: { title: 'Dune: Messiah' },
  },
  startedFrom: 'e-2',
  parked: true,
});

const titles = async (tab: Tab): Promise<string[]> => (await tab.all()).map(({ title }) => title).sort();
const titled = async (tab: Tab): Promise<Record<string, string>> =>
  Object.fromEntries((await tab.all()).map(({ id, title }) => [title, id]));

/** Waits for what is told by another tab, or by its end. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 20_000, interval: 20 });

export function draftsContract(name: string, open: () => Promise<Device>): void {
  describe(name, () => {
    test('[C5] what was typed survives a reload, whole, with its base', async () => {
      const device = await open();
      const tab = await device.tab();
      const fresh = draft('d2', 'Persuasion', { record: null, base: null, typed: { title: { value: 'Persuasion' } } });
      await tab.put(rich);
      await tab.put(fresh);
      const again = await tab.reload();
      expect((await again.all()).sort((a, b) => a.id.localeCompare(b.id))).toEqual([rich, fresh]);
    });

    test('[C5] it survives a crashed tab, and is free to be taken up', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      expect(await tab.hold('d1')).not.toBeNull();
      await tab.put(rich);
      await tab.crash();
      await soon(() => other.holders()).toEqual([]);
      expect(await other.hold('d1')).not.toBeNull();
      expect(await other.all()).toEqual([rich]);
    });

    test('[C5] the newest state stands; what was removed stays away', async () => {
      const device = await open();
      const tab = await device.tab();
      for (const title of ['D', 'Du', 'Dun', 'Dune']) await tab.put(draft('d1', title));
      await tab.put(draft('d2', 'Emma'));
      expect(await titles(tab)).toEqual(['Dune', 'Emma']);
      await tab.remove('d1');
      await tab.remove('never was there');
      expect(await titles(await tab.reload())).toEqual(['Emma']);
    });

    test('[C5] who takes up the draft of a closed tab goes on with it, and makes no second one', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.hold('d1');
      await tab.put(draft('d1', 'Dun'));
      expect(await titles(other)).toEqual(['Dun']);
      await tab.put(draft('d1', 'Dune'));
      await tab.close();
      await soon(() => other.holders()).toEqual([]);
      expect(await other.hold('d1')).not.toBeNull();
      expect(await titles(other)).toEqual(['Dune']);
      await other.put(draft('d1', 'Dune 2'));
      expect(await titles(other)).toEqual(['Dune 2']);
      await other.remove('d1');
      expect(await device.found('ana')).toEqual([]);
    });

    test('[C5] so does the tab that had let it go, after another worked on it', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      const undo = await tab.hold('d1');
      await tab.put(draft('d1', 'Dune'));
      await undo?.();
      expect(await titles(tab)).toEqual(['Dune']);
      await soon(() => other.holders()).toEqual([]);
      const otherUndo = await other.hold('d1');
      await other.all();
      await other.put(draft('d1', 'Dune, by the other'));
      await otherUndo?.();
      await soon(() => tab.holders()).toEqual([]);
      expect(await tab.hold('d1')).not.toBeNull();
      expect(await titles(tab)).toEqual(['Dune, by the other']);
      await tab.put(draft('d1', 'Dune again'));
      expect(await titles(other)).toEqual(['Dune again']);
    });

    test('[C5] two tabs that type at one draft all the same keep both texts', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.put(draft('d1', 'Dune'));
      expect(await titles(other)).toEqual(['Dune']);
      await tab.put(draft('d1', 'Dune of the one'));
      // The other has not seen that; nor does a look at the list make it part of what it types.
      await other.put(draft('d1', 'Dune of the other'));
      await other.all();
      await tab.all();
      await tab.put(draft('d1', 'Dune of the one, longer'));
      await other.put(draft('d1', 'Dune of the other, longer'));

      const [here, there] = [await titled(tab), await titled(other)];
      expect(Object.keys(here).sort()).toEqual(['Dune of the one, longer', 'Dune of the other, longer']);
      // Each goes on calling its own as before.
      expect(here['Dune of the one, longer']).toBe('d1');
      expect(there['Dune of the other, longer']).toBe('d1');
      expect(there['Dune of the one, longer']).not.toBe('d1');
      expect(await titles(await other.reload())).toEqual(['Dune of the one, longer', 'Dune of the other, longer']);
    });

    test('[C5] who was gone on from keeps what they type, though they have seen the list since', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.put(draft('d1', 'Dune'));
      await other.all();
      await other.put(draft('d1', 'Dune of the other'));
      expect(await titles(tab)).toEqual(['Dune of the other']);
      await tab.put(draft('d1', 'Dune of the one'));
      expect(await titles(other)).toEqual(['Dune of the one', 'Dune of the other']);
    });

    test('[C5] what is read after a draft was taken up is not what is typed in', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.put(draft('d1', 'Dune'));
      await other.hold('d1');
      expect(await titles(other)).toEqual(['Dune']);
      await tab.put(draft('d1', 'Dune of the one'));
      expect(await titles(other)).toEqual(['Dune of the one']);
      await other.put(draft('d1', 'Dune of the other'));
      expect(await titles(tab)).toEqual(['Dune of the one', 'Dune of the other']);
    });

    test('[C5] the one that stands beside can be taken up in its turn', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await other.put(draft('d1', 'Dune'));
      await tab.all();
      await tab.put(draft('d1', 'Dune of the one'));
      await other.put(draft('d1', 'Dune of the other'));
      await other.all();
      await tab.put(draft('d1', 'Dune of the one, longer'));
      await tab.close();
      const id = (await titled(other))['Dune of the one, longer'] ?? '';
      expect(await other.hold(id)).not.toBeNull();
      await other.all();
      await other.put(draft(id, 'Dune of the one, at last'));
      expect(await titled(other)).toEqual({ 'Dune of the other': 'd1', 'Dune of the one, at last': id });
      await other.remove(id);
      await other.remove('d1');
      expect(await device.found('ana')).toEqual([]);
    });

    test('[C5] the one that stands beside can be thrown away by who holds the other', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.put(draft('d1', 'Dune'));
      await other.hold('d1');
      await other.all();
      await tab.put(draft('d1', 'Dune of the one'));
      await other.put(draft('d1', 'Dune of the other'));
      await other.all();
      await tab.put(draft('d1', 'Dune of the one, longer'));
      const id = (await titled(other))['Dune of the one, longer'] ?? '';
      await other.remove(id);
      expect(await titled(other)).toEqual({ 'Dune of the other': 'd1' });
    });

    test('[C5] a third tab at it changes nothing in that', async () => {
      const device = await open();
      const tabs = [await device.tab(), await device.tab(), await device.tab()];
      await tabs[0]?.put(draft('d1', 'Dune'));
      for (const tab of tabs) await tab.all();
      for (const round of ['a', 'b', 'c']) {
        for (const [place, tab] of tabs.entries()) await tab.put(draft('d1', `${round}${place}`));
        for (const tab of tabs) await tab.all();
      }
      for (const [place, tab] of tabs.entries()) {
        const known = await titled(tab);
        expect(Object.keys(known).sort()).toEqual(['c0', 'c1', 'c2']);
        expect(known[`c${place}`]).toBe('d1');
        expect(new Set(Object.values(known)).size).toBe(3);
      }
    });

    test('[C5] what one tab saves and removes is not what another has typed since', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      await tab.put(draft('d1', 'Dune'));
      await other.all();
      await other.put(draft('d1', 'Dune of the other'));
      await tab.remove('d1');
      expect(await titles(tab)).toEqual(['Dune of the other']);
    });

    test('[C5] one person’s drafts are not the other’s, nor those of another workspace', async () => {
      const device = await open();
      const ben = { user: 'ben', workspace: 'catalogue' };
      const elsewhere = { user: 'ana', workspace: 'elsewhere' };
      const [tab, bens, annex] = [await device.tab(), await device.tab(ben), await device.tab(elsewhere)];
      await tab.put(draft('d1', 'Dune'));
      await bens.put(draft('d1', 'Emma', ben));
      await annex.put(draft('d3', 'Ulysses', elsewhere));
      expect([await titles(tab), await titles(bens), await titles(annex)]).toEqual([['Dune'], ['Emma'], ['Ulysses']]);
      await bens.remove('d3');
      await bens.remove('d1');
      expect([await titles(tab), await titles(bens), await titles(annex)]).toEqual([['Dune'], [], ['Ulysses']]);
      expect(await tab.hold('d1')).not.toBeNull();
      expect(await bens.holders()).toEqual([]);
      await expect(bens.put(draft('d1', 'Dune'))).rejects.toThrow('another person');
      expect(await titles(tab)).toEqual(['Dune']);
    });

    test('[C5] an unreadable entry hides no other, and is left as it stands', async () => {
      const device = await open();
      const tab = await device.tab();
      await tab.put(draft('d1', 'Dune'));
      const place = { workspace: 'catalogue', stamp: 's' };
      const broken = { id: 'broken', ...place, draft: { ...draft('broken', 'x'), typed: 'what was typed' } };
      const newer = { id: 'newer', ...place, draft: { ...draft('newer', 'x'), form: 2 } };
      const theirs = { id: 'theirs', ...place, draft: draft('theirs', 'x', { user: 'ben' }) };
      const bare = { id: 'bare' };
      const planted = [broken, newer, theirs, bare];
      for (const each of planted) await device.plant('ana', each.id, each);
      expect(await titles(tab)).toEqual(['Dune']);
      await tab.put(draft('d2', 'Emma'));
      await tab.put(draft('newer', 'Ulysses'));
      for (const { id } of planted) await tab.remove(id);
      expect(await titles(await tab.reload())).toEqual(['Dune', 'Emma']);
      expect(await device.found('ana')).toEqual(expect.arrayContaining(planted));
    });

    test('[C6] what could not be read again is not taken', async () => {
      const tab = await (await open()).tab();
      await expect(tab.put(draft('d1', 'Dune', { typed: { pages: { value: Number.NaN } } }))).rejects.toThrow('again');
      await tab.put(draft('d1', 'Dune'));
      expect(await titles(tab)).toEqual(['Dune']);
    });

    test('a tab hears of what another changed, of the same person and workspace, until it listens no more', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      const strangers = [
        await device.tab({ user: 'ben', workspace: 'catalogue' }),
        await device.tab({ user: 'ana', workspace: 'elsewhere' }),
      ];
      const told = await Promise.all([tab, other, ...strangers].map((each) => each.listen()));
      const heard = () => Promise.all(told.map((each) => each.heard()));
      await tab.put(draft('d1', 'Dune'));
      await tab.remove('d1');
      await tab.remove('d1');
      await soon(heard).toEqual([0, 2, 0, 0]);
      await told[1]?.stop();
      const later = await other.listen();
      await tab.put(draft('d1', 'Dune'));
      await soon(() => later.heard()).toBe(1);
      expect(await heard()).toEqual([0, 2, 0, 0]);
    });
  });
}

/** Where tabs know of each other's holds. */
export function holdsContract(name: string, open: () => Promise<Device>): void {
  describe(name, () => {
    test('[C5] two tabs do not fight over a draft: one has it, and the other knows', async () => {
      const device = await open();
      const [tab, other] = [await device.tab(), await device.tab()];
      const undo = await tab.hold('d1');
      expect(undo).not.toBeNull();
      expect(await other.hold('d1')).toBeNull();
      expect(await tab.hold('d1')).toBeNull();
      expect([await tab.holders(), await other.holders()]).toEqual([['d1'], ['d1']]);
      expect(await other.hold('d2')).not.toBeNull();

      await undo?.();
      await soon(() => other.holders()).toEqual(['d2']);
      expect(await other.hold('d1')).not.toBeNull();
      // An undo that was used up takes nothing from whoever holds it now.
      await undo?.();
      expect(await tab.hold('d1')).toBeNull();
    });

    test('[C5] a tab that lets a draft go can take it again at once', async () => {
      const tab = await (await open()).tab();
      expect(await tab.retake('d1', 20)).toEqual(Array.from({ length: 20 }, () => true));
    });

    test('[C5] of many that reach for a draft, one has it', async () => {
      const device = await open();
      const tabs = [await device.tab(), await device.tab(), await device.tab()];
      const got = await Promise.all([...tabs, ...tabs].map((tab) => tab.hold('d1')));
      expect(got.filter((undo) => undo !== null)).toHaveLength(1);
    });

    test('[C5] what a tab held is free when it is closed, reloaded or crashed', async () => {
      const device = await open();
      const other = await device.tab();
      for (const end of ['close', 'reload', 'crash'] as const) {
        const tab = await device.tab();
        expect(await tab.hold('d1'), end).not.toBeNull();
        expect(await other.hold('d1'), end).toBeNull();
        await tab[end]();
        await soon(() => other.holders()).toEqual([]);
        const undo = await other.hold('d1');
        expect(undo, end).not.toBeNull();
        await undo?.();
        await soon(() => other.holders()).toEqual([]);
      }
    });
  });
}
