import { describe, expect, it } from 'vitest';
import { check } from './check.js';
import { ruleWords } from './rules.js';
import { story } from './story.js';
import { rightHistory } from './testing.js';
import { flaws } from './testing-flaws.js';

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);

describe('a right history', () => {
  it.each(seeds)('holds, whatever got lost and was sent again (seed %i)', (seed) => {
    const verdict = check(rightHistory({ seed, calls: 300 }));
    expect(verdict).toMatchObject({ holds: true, unknown: [] });
    expect(Object.values(verdict.passed).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1_000);
  });

  it('is read in a time that grows as it does', () => {
    const events = rightHistory({ seed: 1, calls: 50_000, records: 20 });
    expect(check(events).holds).toBe(true);
  });

  it('says of each thing that it cannot tell why', () => {
    const events = rightHistory({ seed: 1, calls: 300 }).filter(({ kind }) => kind !== 'log' && kind !== 'settled');
    const verdict = check(events);
    expect(verdict.holds).toBe(true);
    expect(verdict.unknown).toEqual(
      expect.arrayContaining([expect.stringMatching(/^sequence: /), expect.stringMatching(/^ends: /)]),
    );
  });

  it('knows nothing of a run that has not begun', () => {
    expect(check([])).toMatchObject({ holds: true });
  });
});

describe('a planted flaw', () => {
  const histories = seeds.slice(0, 12).map((seed) => rightHistory({ seed, calls: 500 }));

  it.each(Object.entries(flaws))('is found: %s', (_, { rule, plant }) => {
    const planted = histories.flatMap((events) => plant(events) ?? []).length;
    expect(planted).toBeGreaterThan(0);
    for (const events of histories) {
      const flawed = plant(events);
      if (!flawed) continue;
      const verdict = check(flawed);
      const broken = verdict.holds ? [] : verdict.broken;
      expect(broken.map((each) => each.rule)).toContain(rule);
      for (const each of broken) {
        expect(each.shown.length).toBeGreaterThan(0);
        expect(each.shown.length).toBeLessThanOrEqual(8);
        expect(Object.keys(ruleWords)).toContain(each.rule);
        expect(story(each, flawed).every((line) => /\.$/.test(line) && !/undefined|null|\[object/.test(line))).toBe(
          true,
        );
      }
    }
  });
});
