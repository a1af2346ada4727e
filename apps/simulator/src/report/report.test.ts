import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../history/event.js';
import { htmlOf } from './html.js';
import { jsonOf } from './json.js';
import { liveLine, stageText } from './live.js';
import type { Outcome } from './outcome.js';
import { summaryText } from './summary.js';
import { createTally, figuresOf } from './tally.js';
import { madeUpHistory } from './testing.js';
import { duration } from './words.js';

const hostile = `<script>alert("1")</script> & 'quoted' \u001b[31m\ud800`;
const events = madeUpHistory({ editors: 50, lasts: 6_000, every: 40 });
const about: Outcome['about'] = {
  scenario: 'hot-record',
  about: hostile,
  seed: 7,
  store: 'stet',
  mode: 'network',
  transport: 'websocket',
  nodes: 2,
  editors: 50,
  users: 40,
  records: 5,
  steps: 200,
  duration: 6_000,
};
const held: Outcome = {
  about,
  verdict: { holds: true, passed: { 'lost-update': 149, dense: 149 }, unknown: ['V6: the server was never killed'] },
  stories: [],
  figures: figuresOf(events),
  wasStopped: false,
  took: 7_100,
  shrunk: null,
  again: 'stet simulate --scenario hot-record --seed 7',
  files: { report: 'stet-simulation.html' },
};
const shown: HistoryEvent[] = [
  { at: 1, kind: 'typed', editor: 'ana', record: 'book-1', field: 'title', value: hostile },
];
const broken: Outcome = {
  ...held,
  verdict: {
    holds: false,
    broken: [{ rule: 'V2', check: 'lost-update', what: `Gone: ${hostile}`, record: 'book-1', shown }],
    more: 2,
    passed: { dense: 149 },
    unknown: [],
  },
  stories: [[`Ana types ${hostile}.`, 'Ben saves over it.']],
  shrunk: { from: 200, to: 3 },
};

describe('the summary on a terminal', () => {
  it('says the verdict first, then the figures', () => {
    expect(summaryText(held)).toMatchInlineSnapshot(`
      "No rule was broken, as far as 2 of 3 checks can tell: 149 calls, 136 saves, 13 conflicts.

      hot-record · 50 editors of 40 users · 5 records · 6 s · websocket · network · 2 nodes · seed 7

                        count     p50    p90    p99    most
        save to answer    149  3.8 ms  49 ms  95 ms  112 ms
        save to others  2,658  5.4 ms  47 ms  99 ms  115 ms

        Saves     tried                         149
                  saved                         136
                  saved a second, on average    23
                  saved a second, at most       24
                  saved, combined with others'  23
                  refused as stale (conflicts)  13
                  asked, and answered: mine     9
                  asked, and answered: theirs   4
        Delivery  changes heard                 2,720
                  heard of their own            61
                  read on after a reconnect     1
                  reconnects                    7
        Faults    cut                           7
                  kill server 1                 1
                  restart server 1              1
        Calls     update                        149
        Times     the run                       5.96 s

      What this history cannot tell:
        - V6: the server was never killed

      2 checks, 298 things looked at; all in all 7.1 s.
      Report  stet-simulation.html
      Once more: stet simulate --scenario hot-record --seed 7"
    `);
  });

  it('tells the story of what is broken right after its rule', () => {
    const lines = summaryText({ ...broken, figures: figuresOf([]) }).split('\n');
    expect(lines.slice(0, 5)).toMatchInlineSnapshot(`
      [
        "BROKEN (and 2 more): V2, lost-update. Gone: <script>alert("1")</script> & 'quoted' �[31m�.",
        "",
        "  Ana types <script>alert("1")</script> & 'quoted' �[31m�.",
        "  Ben saves over it.",
        "",
      ]
    `);
    expect(lines).toContain('Made smaller: 3 of 200 steps are left.');
  });

  it('lets nothing that was typed move the cursor', () => {
    expect(summaryText(broken)).not.toContain('\u001b');
  });

  it('is painted only by whoever paints', () => {
    const painted = summaryText(held, (style, text) => `[${style}]${text}`);
    expect(painted).toMatch(/^\[good\]No rule was broken/);
  });

  it('does not say that a run held which proves nothing', () => {
    expect(summaryText({ ...held, figures: figuresOf([{ at: 0, kind: 'settled' }]) })).toMatch(
      /^No rule was broken, and no save went through/,
    );
    expect(summaryText({ ...held, wasStopped: true })).toMatch(/^Stopped after 5.96 s; until then no rule was broken/);
  });

  it('does not say that a run held whose history is cut off', () => {
    const cut = { ...held, figures: figuresOf(events.slice(0, -1)) };
    expect(summaryText(cut, (style, text) => `[${style}]${text}`)).toMatch(
      /^\[strong\]The history ends after 5.96 s, before its run did; until then no rule was broken: 149 calls/,
    );
    expect(htmlOf(cut)).not.toMatch(/✓|Every rule held/);
  });
});

describe('the answer for programs', () => {
  it('holds verdict, broken rules with their story and events, figures and seed', () => {
    const json = JSON.parse(JSON.stringify(jsonOf(broken)));
    expect(json).toMatchObject({
      verdict: 'broken',
      seed: 7,
      broken: [
        {
          rule: 'V2',
          check: 'lost-update',
          record: 'book-1',
          story: [expect.stringMatching(/^Ana types/), 'Ben saves over it.'],
        },
      ],
      more: 2,
      figures: { saves: { all: 149 } },
    });
    expect(json.broken[0].events).toHaveLength(1);
  });
});

describe('the report as HTML', () => {
  it.each([
    ['of a run that held', held],
    ['of one that did not', broken],
    ['of one in which nothing happened', { ...held, figures: figuresOf([]) }],
  ])('is well-formed, %s', (_, outcome) => {
    expect(unclosed(htmlOf(outcome))).toEqual([]);
  });

  it('shows whatever was typed, and does none of it', () => {
    const page = htmlOf(broken);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39;');
    expect(page).not.toMatch(/<script/);
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|\ud800/);
  });

  it('needs neither network nor script, and says so to the browser', () => {
    const page = htmlOf(held);
    expect(page).toMatch(
      /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[^ ]+"/,
    );
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|\ssrc=|\sstyle=|\son[a-z]+=|NaN|undefined|Infinity/,
    );
  });

  it('names and describes each plot, and has its numbers as a table', () => {
    const page = htmlOf(held);
    const plots = page.match(/<svg class="(wide|narrow)".*?<\/svg>/gs) ?? [];
    expect(plots).toHaveLength(10);
    for (const plot of plots) {
      expect(plot).toMatch(
        /role="img" aria-labelledby="([\w-]+)".*<title id="\1">.+?<\/title><desc id="[\w-]+">.+?<\/desc>/s,
      );
    }
    expect(page.match(/<summary>The same as a table<\/summary>/g)).toHaveLength(5);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says the verdict and its story before everything else', () => {
    const words = htmlOf({ ...broken, figures: figuresOf([]) })
      .replace(/^.*<main>/s, '')
      .replace(/<[^>]+>/g, '\n')
      .split(/\n+/)
      .filter(Boolean);
    expect(words.slice(0, 12)).toMatchInlineSnapshot(`
      [
        "Stet simulation: hot-record, seed 7",
        "hot-record · 50 editors of 40 users · 5 records · 6 s · websocket · network · 2 nodes · seed 7",
        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; �[31m�",
        "✗ BROKEN (and 2 more): V2, lost-update. Gone: &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; �[31m�.",
        "Once more: ",
        "stet simulate --scenario hot-record --seed 7",
        "V2: lost-update",
        "Gone: &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; �[31m�.",
        "Ana types &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; �[31m�.",
        "Ben saves over it.",
        "1 event that shows it, as written down",
        "{&quot;at&quot;:1,&quot;kind&quot;:&quot;typed&quot;,&quot;editor&quot;:&quot;ana&quot;,&quot;record&quot;:&quot;book-1&quot;,&quot;field&quot;:&quot;title&quot;,&quot;value&quot;:&quot;&lt;script&gt;alert(\\&quot;1\\&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; \\u001b[31m\\ud800&quot;}",
      ]
    `);
  });
});

describe('the line of a run that goes on', () => {
  it('tells rates since the line before', () => {
    const tally = createTally();
    for (const event of events.filter(({ at }) => at <= 2_000)) tally.see(event);
    const before = { ...tally.now(), at: 2_000 };
    for (const event of events.filter(({ at }) => at > 2_000 && at <= 4_000)) tally.see(event);
    const now = { ...tally.now(), at: 4_000 };
    expect(liveLine('4/6 s', now, before)).toMatch(
      /^4\/6 s · [\d.]+ saves\/s · [\d.]+ conflicts\/s · p50 [\d.]+ ms, p99 [\d.]+ ms · \d+ reconnects? · \d+ of 50 live$/,
    );
  });

  it('counts what is too rare for a rate', () => {
    const glance = { ...createTally().now(), at: 120_000, saves: 240, conflicts: 4 };
    expect(liveLine('120/300 s', glance, null)).toContain(' · 2 saves/s · 4 conflicts · ');
    expect(liveLine('122/300 s', { ...glance, at: 122_000 }, glance)).toContain(' · 240 saves · 4 conflicts · ');
    expect(liveLine('1/300 s', { ...glance, at: 1_000, saves: 0, conflicts: 0 }, null)).toContain(
      '0 saves · 0 conflicts',
    );
  });

  it('says what goes on', () => {
    expect(stageText({ phase: 'joining', done: 3, of: 2_000 }, 0, 30_000)).toBe('joining, 3 of 2,000');
    expect(stageText({ phase: 'acting', done: 3, of: 9 }, 12_700, 30_000)).toBe('12/30 s');
  });
});

it.each([
  [0, '0 ms'],
  [0.4213, '0.42 ms'],
  [4.21, '4.2 ms'],
  [999.4, '999 ms'],
  [1_500, '1.5 s'],
  [30_000, '30 s'],
  [59_990, '1 min'],
  [125_000, '2 min 5 s'],
])('%d milliseconds are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

/** Tags that were opened and not closed in their order, or closed and never opened. */
function unclosed(page: string): string[] {
  const open: string[] = [];
  for (const [, end, name = '', , self] of page.matchAll(/<(\/?)([a-z]\w*)((?: [\w:-]+="[^"<>]*")*)(\/?)>/gi)) {
    if (end) {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!self) open.push(name);
  }
  const text = page
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<!doctype html>|<\/?[a-z]\w*(?: [\w:-]+="[^"<>]*")*\/?>/gi, '');
  return [...open, ...(text.match(/[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/g) ?? [])];
}
