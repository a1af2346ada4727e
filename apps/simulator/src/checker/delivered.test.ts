import { describe, expect, it } from 'vitest';
import type { HistoryEvent, Told } from '../history/event.js';
import { audibleIn } from './audible.js';
import { check } from './check.js';
import { Facts } from './facts.js';
import { rightHistory } from './testing.js';

const events = rightHistory({ seed: 3, calls: 400 });

const rulesOf = (flawed: readonly HistoryEvent[]): string[] => {
  const verdict = check(flawed);
  return verdict.holds ? [] : verdict.broken.map(({ rule, check }) => `${rule} ${check}`);
};

/** The first that fits, told otherwise. */
function told(
  kind: 'hear' | 'entry',
  fits: (told: Told, editor: string) => boolean,
  how: (told: Told) => Partial<Told>,
) {
  const place = events.findIndex(
    (event) => event.kind === kind && fits(event.told, event.kind === 'hear' ? event.editor : ''),
  );
  const event = events[place];
  if (event?.kind !== 'hear' && event?.kind !== 'entry') throw new Error('No such event.');
  return events.with(place, { ...event, told: { ...event.told, ...how(event.told) } });
}

const isUpdate = ({ action, key, combined }: Told, editor: string) =>
  action === 'update' && key !== null && !combined && !editor.startsWith('vic') && !editor.startsWith('gus');

describe('what is told of a change', () => {
  it.each<[string, (told: Told) => Partial<Told>]>([
    ['who', ({ by }) => ({ by: by === 'ana' ? 'ben' : 'ana' })],
    ['which fields', ({ changed }) => ({ changed: [...changed, 'series'] })],
    ['whether it was deleted', () => ({ action: 'destroy' })],
    ['its key', () => ({ key: 'another' })],
    ['with whom it was combined', () => ({ combined: { base: 1, with: ['dora'] } })],
    ['whose values it replaced', () => ({ over: [{ user: 'dora', fields: ['title'] }] })],
    ['its content, to one who may see it', () => ({ fields: null })],
  ])('[H2] is what the log says: %s', (_, how) => {
    expect(rulesOf(told('hear', isUpdate, how))).toContain('H2 delivered');
  });

  it('[H1] is no more to a viewer than that it is gone, where it goes out of their sight', () => {
    const isGone = ({ action, by }: Told) => action === 'destroy' && by === '';
    expect(rulesOf(told('hear', isGone, () => ({ by: 'ana' })))).toContain('H1 leaks');
  });

  it('[H2] does not come before it was asked for', () => {
    const heard = events.findLastIndex((event) => event.kind === 'hear' && event.told.key !== null);
    const event = events[heard];
    if (event?.kind !== 'hear') throw new Error('Nobody heard.');
    const asked = events.findIndex((each) => each.kind === 'invoke' && each.key === event.told.key);
    expect(asked).toBeGreaterThan(0);
    // Too early on its line is another flaw.
    const verdict = check(events.toSpliced(heard, 1).toSpliced(asked, 0, event));
    const said = verdict.holds ? [] : verdict.broken.map(({ rule, what }) => `${rule}: ${what}`);
    expect(said).toContainEqual(expect.stringMatching(/^H2: .* before anybody had asked for it$/));
  });
});

describe('what the log says of a write that was acknowledged', () => {
  const acknowledged = new Set(
    events.flatMap((event) => (event.kind === 'result' && event.result.is === 'ok' ? [event.call] : [])),
  );
  const sent = new Set(
    events.flatMap((event) => (event.kind === 'invoke' && acknowledged.has(event.call) ? [event.key] : [])),
  );
  const isMine = (each: Told) => isUpdate(each, '') && sent.has(each.key);

  it.each<[string, string, (told: Told) => Partial<Told>]>([
    ['V7 keys', 'names its key', () => ({ key: null })],
    ['V7 keys', 'names no other key', () => ({ key: 'another' })],
    ['V1 keys', 'names its author', ({ by }) => ({ by: by === 'ana' ? 'ben' : 'ana' })],
    ['V2 contents', 'names no field that it left as it was', ({ changed }) => ({ changed: [...changed, 'isbn10'] })],
  ])('[%s] %s', (rule, _, how) => {
    expect(rulesOf(told('entry', isMine, how))).toContain(rule);
  });
});

it('reads a log whose numbers are as high as a file says', () => {
  const facts = new Facts();
  for (const event of told(
    'entry',
    () => true,
    () => ({ seq: 9e15 }),
  ))
    facts.see(event);
  expect(audibleIn(facts).after('editor', 8e15)).toBe(9e15);
});
