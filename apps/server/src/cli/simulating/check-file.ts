import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { brokenOf, check, createReader, figuresOf, type HistoryEvent, type Outcome, story } from '@stet/simulator';
import type { Ending } from '../ending.js';

// A history that an earlier run has written down, judged once more.

export type Checked = { kind: 'checked'; outcome: Omit<Outcome, 'files' | 'again'> } | (Ending & { kind: 'wrong' });

export async function checkFile(file: string): Promise<Checked> {
  const began = performance.now();
  const read = await eventsOf(file);
  if (read.kind === 'wrong') return read;
  const { events } = read;
  const [run] = events;
  if (run?.kind !== 'run') return { kind: 'wrong', message: `${file} holds no event.` };
  const verdict = check(events);
  const broken = brokenOf(verdict);
  const figures = figuresOf(events);
  const { scenario, seed, store, mode, transport } = run;
  return {
    kind: 'checked',
    outcome: {
      about: {
        ...{ scenario, seed, store, mode, transport },
        about: `A history that was written down before: ${file}.`,
        nodes: 1,
        editors: figures.editors,
        users: figures.users,
        records: figures.records,
        steps: 0,
        duration: figures.lasted,
      },
      verdict,
      stories: broken.map((each) => story(each, events)),
      figures,
      wasStopped: false,
      took: performance.now() - began,
      shrunk: null,
    },
  };
}

type Events = { kind: 'events'; events: HistoryEvent[] } | (Ending & { kind: 'wrong' });

async function eventsOf(file: string): Promise<Events> {
  const events: HistoryEvent[] = [];
  const read = createReader();
  let number = 0;
  try {
    for await (const line of createInterface({
      input: createReadStream(file, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (line.trim() === '') continue;
      const one = read(line);
      if (one.kind === 'wrong') return { kind: 'wrong', message: `${file}, line ${number}, ${one.what}.` };
      events.push(one.event);
    }
  } catch (error) {
    return { kind: 'wrong', message: `The history cannot be read: ${(error as Error).message}.` };
  }
  return { kind: 'events', events };
}
