import type { Recorder } from '../history/recorder.js';
import type { Random } from '../random.js';
import type { Faults } from '../scenario/scenario.js';
import { fateOf } from './fate.js';
import { faultyDial } from './faulty-dial.js';
import { faultyFetch } from './faulty-fetch.js';
import type { Through } from './net.js';
import { atTrueTime } from './skew.js';

// The faults of a scenario, between each editor and the server, by messages: so they are the same on a real network and in
// one process. Which message meets what follows from the seed, each editor's apart from the others'.

export interface FaultyNetOptions {
  faults: Faults;
  random: Random;
  recorder: Pick<Recorder, 'note'>;
  /** Everything passes as it should, and half-open lines are cut. */
  isOff(): boolean;
}

/** Each fault that strikes is noted by its name; that messages take their time, once for each page. */
export function faultyNet({ faults, random, recorder, isOff }: FaultyNetOptions): Through {
  const pages = new Map<string, number>();
  return (net, editor) => {
    const page = (pages.get(editor) ?? 0) + 1;
    pages.set(editor, page);
    const own = random.fork(`${editor} ${page}`);
    const requests = own.fork('requests');
    const note = (what: string): void => recorder.note({ kind: 'fault', what, editor });
    if (faults.delay) note(`delay ${faults.delay.join('-')} ms`);
    return atTrueTime({
      fetch: faultyFetch(net.fetch, { draw: (isRepeatable) => fateOf(faults, isRepeatable, requests), note, isOff }),
      dial: faultyDial(net.dial, { faults, random: own.fork('lines'), note, isOff }),
    });
  };
}
