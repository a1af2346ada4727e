import { randomOf } from '../random.js';
import type { PlannedRecord } from './plan.js';
import type { Scenario } from './scenario.js';

// The records that a run begins with. Where only their number is said, each gets enough text for words to be woven into.

const vocabulary =
  'a about after all an and archive as at before book by came chapter city day door early every first for from garden half hand harbour her his in island it kept knew last letter light long lost map more morning never night of old on one only paper people quiet reader remembered river road sea second she stone story summer that the then they time to town under was water were when where winter with wrote year young'.split(
    ' ',
  );

/** The same for the same number, whatever the seed: what is drawn is what happens to it. */
function bookOf(number: number): PlannedRecord['fields'] {
  const random = randomOf(number);
  const sentences = (count: number): string =>
    Array.from({ length: count }, () => {
      const words = Array.from({ length: random.int(6, 14) }, () => random.pick(vocabulary)).join(' ');
      return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
    }).join(' ');
  return {
    title: `Book ${number}`,
    authors: [`Author ${number}`],
    subjects: ['fiction'],
    summary: sentences(5),
    notes: sentences(2),
  };
}

/** `count` counts instead, save that what steps may speak of stays. */
export function recordsOf({ records, steps }: Scenario, count?: number): PlannedRecord[] {
  const given: PlannedRecord[] =
    typeof records === 'number'
      ? Array.from({ length: records }, (_, index) => ({ record: `book-${index + 1}`, fields: bookOf(index + 1) }))
      : Array.isArray(records)
        ? records.map((fields, index) => ({ record: `book-${index + 1}`, fields }))
        : Object.entries(records).map(([record, fields]) => ({ record, fields }));
  if (count === undefined) return given;
  const all = steps.length > 0 ? given : given.slice(0, count);
  const taken = new Set(all.map(({ record }) => record));
  for (let number = 1; all.length < count; number += 1) {
    const record = `book-${number}`;
    if (!taken.has(record)) all.push({ record, fields: bookOf(number) });
  }
  return all;
}
