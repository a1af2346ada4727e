import { type Clock, install } from '@sinonjs/fake-timers';
import type { Dialling } from '@stet/client';
import type { HistoryEvent, Unstamped } from '../history/event.js';
import { randomOf } from '../random.js';
import { type Faults, faultsSchema } from '../scenario/scenario.js';
import { faultyNet } from './faulty-net.js';
import type { Net } from './net.js';

// A tiny server behind a net, and time that passes when it is told to: for the tests beside.

/** Only what the code beside asks for: the runtime's own needs go on as they are. */
export const handTime = (): Clock =>
  install({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });

export interface Arrived {
  url: string;
  key: string | null;
}

export interface TinyServer {
  net: Net;
  /** The requests that have come, in their order. */
  arrived: Arrived[];
  lines: TinyLine[];
}

export interface TinyLine {
  heard: string[];
  /** Whether its client, or what is before it, has closed it. */
  isClosed: boolean;
  /** Answers each word as soon as it comes, once it is told to. */
  isTalkative: boolean;
  say(text: string): void;
  open(): void;
  lose(): void;
}

export function tinyServer(): TinyServer {
  const arrived: Arrived[] = [];
  const lines: TinyLine[] = [];
  return {
    arrived,
    lines,
    net: {
      async fetch(input, init) {
        const url = String(input);
        arrived.push({ url, key: new Headers(init?.headers).get('idempotency-key') });
        return new Response(`${arrived.length}`);
      },
      dial(dialling) {
        const line: TinyLine = {
          heard: [],
          isClosed: false,
          isTalkative: false,
          say: (text) => dialling.message(text),
          open: () => dialling.open('websocket'),
          lose: () => dialling.lost(),
        };
        lines.push(line);
        return {
          send(text) {
            line.heard.push(text);
            if (line.isTalkative) line.say(`answer to ${text}`);
          },
          close() {
            line.isClosed = true;
          },
        };
      },
    },
  };
}

/** What an editor hears of a line. */
export function listener(): { heard: string[]; dialling: Dialling } {
  const heard: string[] = [];
  return {
    heard,
    dialling: {
      url: 'http://tiny/rt',
      order: ['websocket'],
      within: 1_000,
      trying() {},
      open: (transport) => void heard.push(`open by ${transport}`),
      message: (text) => void heard.push(text),
      lost: () => void heard.push('lost'),
    },
  };
}

export interface Stage {
  clock: Clock;
  server: TinyServer;
  net: Net;
  /** What was noted, in its order. */
  struck(): string[];
  turnOff(): void;
  done(): void;
}

export function stage(faults: Partial<Faults>, { seed = 1, editor = 'ana' } = {}): Stage {
  const clock = handTime();
  const server = tinyServer();
  const events: Array<Unstamped | HistoryEvent> = [];
  let isOff = false;
  const through = faultyNet({
    faults: { ...faultsSchema.parse({}), ...faults },
    random: randomOf(seed),
    recorder: { note: (event) => void events.push(event) },
    isOff: () => isOff,
  });
  return {
    clock,
    server,
    net: through(server.net, editor),
    struck: () => events.map((event) => (event.kind === 'fault' ? `${event.editor}: ${event.what}` : event.kind)),
    turnOff() {
      isOff = true;
    },
    done: () => clock.uninstall(),
  };
}
