import { randomUUID } from 'node:crypto';
import type { Store, StoredTicket } from '@stet/store';
import { describe, expect, test } from 'vitest';

// Tickets: whoever comes first has it, and nobody has one for long.

const [now, later, after] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:30.000Z', '2026-01-01T00:00:31.000Z'];

const ticket = (user: string, until = later): StoredTicket => ({
  digest: randomUUID(),
  user,
  who: '{"user":"…"}',
  until,
});

export function ticketsContract(store: () => Store): void {
  describe('tickets', () => {
    test('a ticket is taken as it was kept, and once, however many ask for it', async () => {
      const { keep, take } = store().tickets;
      const mine = ticket(randomUUID());
      await keep(mine, 5, now);
      const taken = await Promise.all(Array.from({ length: 10 }, () => take(mine.digest, now)));
      expect(taken.filter((found) => found !== null)).toEqual([mine]);
      expect(await take(mine.digest, now)).toBeNull();
      expect(await take(randomUUID(), now)).toBeNull();
    });

    test('and is good for nothing once its time has come', async () => {
      const { keep, take } = store().tickets;
      const [one, two] = [ticket(randomUUID()), ticket(randomUUID())];
      await keep(one, 5, now);
      await keep(two, 5, now);
      expect(await take(one.digest, later)).toBeNull();
      // What has expired goes with the next one that is kept.
      await keep(ticket(randomUUID(), after), 5, later);
      expect(await take(two.digest, now)).toBeNull();
    });

    test('[S3] who asks for many loses the oldest, and nobody else loses any', async () => {
      const { keep, take } = store().tickets;
      const [ana, ben] = [randomUUID(), randomUUID()];
      const bens = ticket(ben);
      await keep(bens, 3, now);
      const anas = Array.from({ length: 5 }, () => ticket(ana));
      for (const each of anas) await keep(each, 3, now);
      const found = await Promise.all(anas.map(async ({ digest }) => (await take(digest, now)) !== null));
      expect(found).toEqual([false, false, true, true, true]);
      expect(await take(bens.digest, now)).toEqual(bens);
    });
  });
}
