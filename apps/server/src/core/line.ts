import { randomUUID } from 'node:crypto';
import type { CoreLine } from '@stet/simulator';
import type { Logger } from 'pino';
import type { Line } from '../socket/line.js';
import type { Sessions } from '../socket/session.js';
import { createWire } from '../socket/wire.js';
import type { Plant, PlantedLine } from './plant.js';

// One socket without a network: what SockJS and its transports would carry is handed over as it is.

export interface Hears {
  message(text: string): void;
  closed(): void;
}

export interface LineOptions {
  node: number;
  sessions: Sessions;
  plant: Plant;
  log: Logger;
  hears: Hears;
  /** The line has ended, whoever ended it. */
  over(): void;
}

export interface OpenLine extends CoreLine {
  /** The process under it is gone: both ends lose it at once. */
  lose(): void;
}

const welcome = '{"type":"welcome"';
const userOf = (text: string): string | null =>
  text.startsWith(welcome) ? (JSON.parse(text) as { user: { id: string } }).user.id : null;

export function openLine({ node, sessions, plant, log, hears, over }: LineOptions): OpenLine {
  let isOpen = true;
  let user: string | null = null;

  const hear = (text: string): void => {
    if (isOpen) hears.message(text);
  };
  const planted: PlantedLine = {
    node,
    get user() {
      return user;
    },
    say: hear,
  };
  function end(): void {
    isOpen = false;
    over();
  }

  const network: Line = {
    attach() {},
    send(text) {
      user ??= userOf(text);
      for (const said of plant.down?.(text, planted) ?? [text]) hear(said);
    },
    buffered: () => 0,
    onFlow() {},
    heard() {},
    close() {
      if (!isOpen) return;
      end();
      hears.closed();
    },
    cut() {},
  };
  const connection = { id: randomUUID(), protocol: 'websocket', remoteAddress: '127.0.0.1' };
  const wire = createWire(connection, network, { log, onWire: sessions.open, onOver: () => {} });
  wire.open();

  return {
    say(text) {
      const said = plant.up ? plant.up(text, planted) : text;
      if (isOpen && said !== null) wire.receive(said);
    },
    leave() {
      if (!isOpen) return;
      end();
      wire.lost();
    },
    lose() {
      if (!isOpen) return;
      end();
      wire.lost();
      hears.closed();
    },
  };
}
