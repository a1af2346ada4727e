import { createHash } from 'node:crypto';
import type { Broken } from '../checker/verdict.js';
import { el, Markup, type Piece } from './markup.js';
import {
  brokenOf,
  figureRows,
  headline,
  isCutShort,
  latencyHead,
  latencyRows,
  type Outcome,
  runLine,
  sentence,
} from './outcome.js';
import { plotsOf } from './plots-part.js';
import { style } from './style.js';
import { tableOf } from './tables.js';
import { duration, number, several } from './words.js';

// A run as one file that needs nothing else: no script, no network. The verdict and its story first, then what was measured.

/** Said in the page, so that a report is known as one. */
export const generator = 'Stet simulator';

/** Of one broken rule, so many events are shown as they were written down. */
const mostShown = 40;

export function htmlOf(outcome: Outcome): string {
  const { about, verdict, figures } = outcome;
  const title = `Stet simulation: ${about.scenario}, seed ${about.seed}`;
  const body = el(
    'main',
    {},
    el('h1', {}, title),
    el('p', { class: 'quiet' }, runLine(about)),
    about.about ? el('p', {}, about.about) : null,
    el(
      'div',
      { class: verdict.holds ? 'verdict' : 'verdict bad' },
      el('p', {}, `${verdict.holds ? (isCutShort(outcome) ? '…' : '✓') : '✗'} ${headline(outcome)}`),
      outcome.again ? el('p', {}, 'Once more: ', el('code', {}, outcome.again)) : null,
    ),
    ...brokenParts(outcome),
    ...plotsOf(figures),
    el('h2', {}, 'Figures'),
    tableOf('How long things took', latencyHead, latencyRows(figures)),
    el(
      'div',
      { class: 'tables' },
      ...figureRows(figures)
        .filter(({ rows }) => rows.length > 0)
        .map(({ group, rows }) => tableOf(group, null, rows)),
    ),
    ...provenPart(outcome),
    el('p', { class: 'quiet' }, `Run and checked in ${duration(outcome.took)}.`),
  );
  return page(title, body);
}

/** A part for each way to break a rule: the first one whole, the others folded away. */
function brokenParts({ verdict, stories }: Outcome): Markup[] {
  const groups = new Map<string, Array<{ broken: Broken; story: readonly string[] }>>();
  for (const [place, broken] of brokenOf(verdict).entries()) {
    const name = `${broken.rule}: ${broken.check}`;
    groups.set(name, [...(groups.get(name) ?? []), { broken, story: stories[place] ?? [] }]);
  }
  return [...groups].map(([name, [first, ...others]]) =>
    el(
      'section',
      {},
      el('h2', {}, name),
      first ? storyPart(first.broken, first.story) : null,
      others.length > 0
        ? el(
            'details',
            {},
            el('summary', {}, `The same happened ${several(others.length, 'more time')}`),
            others.map(({ broken, story }) => storyPart(broken, story)),
          )
        : null,
    ),
  );
}

function storyPart({ what, shown }: Broken, story: readonly string[]): Markup[] {
  const events = shown.slice(0, mostShown).map((event) => JSON.stringify(event));
  const more = shown.length - events.length;
  return [
    el('h3', {}, sentence(what)),
    ...(story.length > 0 ? [el('ol', { class: 'story' }, ...story.map((each) => el('li', {}, each)))] : []),
    el(
      'details',
      {},
      el(
        'summary',
        {},
        `${several(shown.length, 'event')} that ${shown.length === 1 ? 'shows' : 'show'} it, as written down`,
      ),
      el('pre', {}, [...events, ...(more > 0 ? [`… and ${number(more)} more`] : [])].join('\n')),
    ),
  ];
}

function provenPart({ verdict }: Outcome): Piece[] {
  const broke = new Set(brokenOf(verdict).map(({ check }) => check));
  const passed = Object.entries(verdict.passed)
    .filter(([check]) => !broke.has(check))
    .map(([check, count]) => [check, number(count)]);
  return [
    el('h2', {}, 'What was checked'),
    tableOf('Checks that found nothing wrong, and how many things they looked at', ['check', 'things'], passed),
    verdict.unknown.length > 0 ? el('h3', {}, 'What this history cannot tell') : null,
    verdict.unknown.length > 0 ? el('ul', {}, ...verdict.unknown.map((why) => el('li', {}, why))) : null,
  ];
}

function page(title: string, body: Markup): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const head = el(
    'head',
    {},
    el('meta', { charset: 'utf-8' }),
    el('meta', { 'http-equiv': 'Content-Security-Policy', content: `default-src 'none'; style-src 'sha256-${hash}'` }),
    el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    el('meta', { name: 'generator', content: generator }),
    el('meta', { name: 'color-scheme', content: 'light dark' }),
    el('title', {}, title),
    el('style', {}, new Markup(style)),
  );
  return `<!doctype html>\n${el('html', { lang: 'en' }, head, el('body', {}, body)).text}\n`;
}
