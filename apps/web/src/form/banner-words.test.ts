import type { Overtaken } from '@stet/client';
import { describe, expect, it } from 'vitest';
import { overtakenWords } from './banner-words.js';
import { who } from './words.js';

const ben = { id: 'ben', name: 'Ben Berger' };
const mara = { id: 'mara', name: 'Mara Moreau' };

describe('[C3] who saved meanwhile', () => {
  const overtaken = (...changes: Overtaken['changes']): Overtaken => ({
    version: changes.at(-1)?.version ?? 0,
    changes,
    fields: [],
  });
  const change = (by: typeof ben, version: number, whose: 'other' | 'own-elsewhere' = 'other') => ({
    by,
    version,
    whose,
    at: '',
    fields: [],
  });

  const words = (news: Overtaken, restored: number[] = []) =>
    overtakenWords(news, (version) => restored.includes(version));

  it('names each person once, and the versions', () => {
    expect(words(overtaken(change(ben, 13)))).toBe('Ben Berger saved version 13');
    expect(words(overtaken(change(ben, 13), change(mara, 14), change(ben, 15)))).toBe(
      'Ben Berger and Mara Moreau saved versions 13 to 15',
    );
  });

  it('[V5] a restore is called one', () => {
    expect(words(overtaken(change(ben, 3)), [3])).toBe('Ben Berger restored it as version 3');
    expect(words(overtaken(change(ben, 2), change(mara, 4), change(ben, 5), change(ben, 6)), [4])).toBe(
      'Ben Berger saved version 2. Mara Moreau restored it as version 4. Ben Berger saved versions 5 to 6',
    );
    expect(words(overtaken(change(ben, 3, 'own-elsewhere')), [3])).toBe(
      'You, in another tab, restored it as version 3',
    );
  });

  it('[H5] names the own other tab as such', () => {
    expect(words(overtaken(change(ben, 13, 'own-elsewhere')))).toBe('You, in another tab, saved version 13');
    expect(who({ ...mara, via: 'import' })).toBe('Mara Moreau (import)');
    expect(who(null)).toBe('somebody');
  });
});
