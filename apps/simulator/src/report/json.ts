import { brokenOf, headline, type Outcome } from './outcome.js';

// What programs read: one object, in which nothing is rounded and nothing is worded but the story.

export function jsonOf(outcome: Outcome): Record<string, unknown> {
  const { about, verdict, figures, stories, wasStopped, took, shrunk, again, files } = outcome;
  return {
    verdict: verdict.holds ? 'holds' : 'broken',
    headline: headline(outcome),
    seed: about.seed,
    run: about,
    broken: brokenOf(verdict).map(({ rule, check, what, record, shown }, place) => ({
      rule,
      check,
      what,
      record,
      story: stories[place] ?? [],
      events: shown,
    })),
    more: verdict.holds ? 0 : verdict.more,
    passed: verdict.passed,
    unknown: verdict.unknown,
    figures,
    wasStopped,
    took,
    shrunk,
    again,
    files,
  };
}
