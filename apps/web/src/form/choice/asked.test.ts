import type { Question } from '@stet/client';
import { books, type Verdict } from '@stet/protocol';
import { describe, expect, it } from 'vitest';
import { canCombine, isCombining, sideOf, sorted } from './asked.js';

const question = (name: string, verdict: Verdict, more: Partial<Question> = {}): Question => ({
  name,
  verdict,
  base: null,
  mine: 'mine',
  theirs: 'theirs',
  proposal: null,
  side: null,
  again: false,
  ...more,
});
const names = (questions: Question[]) => questions.map(({ name }) => name);

describe('[C4] what a choice asks', () => {
  it('[M3] asks once for fields that belong together, and tells the rest', () => {
    const questions = [
      question('title', 'conflict'),
      question('isbn10', 'conflict'),
      question('isbn13', 'conflict'),
      question('pages', 'theirs'),
      question('summary', 'merged'),
      question('notes', 'mine'),
    ];
    const { asked, combined, oneSided } = sorted(books, { questions });
    expect(asked.map(names)).toEqual([['title'], ['isbn10', 'isbn13']]);
    expect(names(combined)).toEqual(['summary']);
    expect(names(oneSided)).toEqual(['pages', 'notes']);
  });

  it('goes on asking where something was combined by hand, whatever theirs has become', () => {
    const { asked } = sorted(books, { questions: [question('notes', 'mine', { edited: 'both', side: 'mine' })] });
    expect(asked.map(names)).toEqual([['notes']]);
  });

  it('has one answer where all of a group have it', () => {
    expect(sideOf([question('isbn10', 'conflict', { side: 'mine' })])).toBe('mine');
    expect(sideOf([question('isbn10', 'conflict', { side: 'mine' }), question('isbn13', 'conflict')])).toBeNull();
  });

  it('lets a person combine what can stand side by side, and keeps that before them when theirs moves on', () => {
    expect(canCombine([question('notes', 'conflict', { proposal: 'mine theirs' })])).toBe(true);
    expect(canCombine([question('pages', 'conflict')])).toBe(false);
    expect(isCombining(question('notes', 'conflict', { edited: 'both', side: 'edited' }))).toBe(true);
    expect(isCombining(question('notes', 'conflict', { edited: 'both', again: true }))).toBe(true);
    expect(isCombining(question('notes', 'conflict', { edited: 'both', side: 'mine' }))).toBe(false);
  });
});
