import type { SignInLimit } from '@stet/server';
import { beforeAll, describe, expect, test } from 'vitest';

// How often a password may be guessed, wherever the failures are counted.

/** A guess of somebody who knows the password only sometimes. */
export const guess = (limit: SignInLimit, who: string, password: 'wrong' | 'right') =>
  limit.attempt(
    who,
    async () => password,
    (given) => given === 'wrong',
  );

export const wrong = { kind: 'ran', result: 'wrong' };
export const right = { kind: 'ran', result: 'right' };

export async function fail(limit: SignInLimit, who: string, times: number): Promise<void> {
  for (let left = times; left > 0; left -= 1) expect(await guess(limit, who, 'wrong')).toEqual(wrong);
}

export function signInLimitContract(name: string, open: () => Promise<SignInLimit>): void {
  describe(`guessing, counted in ${name}`, () => {
    let limit: SignInLimit;
    beforeAll(async () => {
      limit = await open();
    });

    test('ten failures a minute, and then no password helps', async () => {
      await fail(limit, 'ana', 10);
      const refused = await guess(limit, 'ana', 'right');
      if (refused.kind !== 'wait') throw new Error('It was let in.');
      expect(refused.seconds).toBeGreaterThan(0);
      expect(refused.seconds).toBeLessThanOrEqual(60);
      expect(await guess(limit, 'ben', 'right')).toEqual(right);
    });

    test('those that come at once are no more', async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => guess(limit, 'chloe', 'wrong')));
      expect(answers.filter(({ kind }) => kind === 'ran')).toHaveLength(10);
    });

    test('who signs in rightly is never counted', async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => guess(limit, 'mara', 'right')));
      expect(answers.every(({ kind }) => kind === 'ran')).toBe(true);
      await fail(limit, 'mara', 1);
    });
  });
}
