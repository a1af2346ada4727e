import { problem } from '@stet/protocol';
import type { CoreAsk, CoreNode } from '@stet/simulator';
import type { SqlStore } from '@stet/store';
import type { Logger } from 'pino';
import type { Identity } from '../auth/identity.js';
import type { Bus } from '../bus/bus.js';
import { type Answer, refuse } from '../door/answer.js';
import { createDoor } from '../door/door.js';
import { routes } from '../door/routes.js';
import { limitsWith } from '../limits.js';
import { askOf, textOf } from './asked.js';
import { Gone, whileItLives } from './gone.js';
import { type OpenLine, openLine } from './line.js';
import { createMiddle } from './middle.js';
import type { Plant } from './plant.js';

// One server process without a network: it is asked and connected to directly, and can be killed.

export interface NodeOptions {
  /** Its place among the nodes. */
  at: number;
  store: SqlStore;
  bus: Bus;
  plant: Plant;
  log: Logger;
}

export interface RunningNode extends CoreNode {
  readonly bus: Bus;
  /** Nothing that it does counts from now on. */
  kill(): Promise<void>;
}

const day = 24 * 60 * 60 * 1_000;
const limits = limitsWith({});

/** Whoever asks is who they say they are, and stays so. */
const identityOf = (user: string): Identity => ({
  user: { id: user, name: user, username: user },
  session: `session of ${user}`,
  expires: new Date(Date.now() + day),
  via: 'bearer',
});
const standing = { stands: () => true, release: () => {} };

export function startNode({ at, store, bus: between, plant, log }: NodeOptions): RunningNode {
  let isUp = true;
  const living = whileItLives(store, () => isUp);
  const bus = plant.bus?.(between, at) ?? between;
  const middle = createMiddle({
    store: plant.store?.(living, at) ?? living,
    bus,
    redis: null,
    watch: async () => standing,
    limits,
    floors: {},
    log,
    doorOf(services) {
      const door = createDoor(services, routes);
      return plant.door?.(door, at) ?? door;
    },
  });
  const lines = new Set<OpenLine>();
  /** Those who wait for an answer, to be told that none comes. */
  const asking = new Set<() => void>();

  async function answerTo(asked: CoreAsk, user: string): Promise<Answer> {
    const read = askOf(asked);
    if (read.kind === 'refused') return read.answer;
    try {
      return await middle.door.ask(read.ask, identityOf(user));
    } catch {
      // As HTTP answers what it did not plan for; of a process that is gone, nobody hears it.
      return refuse(problem('internal'));
    }
  }

  const ask: CoreNode['ask'] = (asked, user) =>
    new Promise((resolve, reject) => {
      const gone = () => reject(new Gone());
      if (!isUp) return gone();
      asking.add(gone);
      void answerTo(asked, user).then((answer) => {
        asking.delete(gone);
        resolve(textOf(answer));
      });
    });

  const connect: CoreNode['connect'] = (hears) => {
    if (!isUp) {
      process.nextTick(hears.closed);
      return { say() {}, leave() {} };
    }
    const line = openLine({ node: at, sessions: middle.sessions, plant, log, hears, over: () => lines.delete(line) });
    lines.add(line);
    return line;
  };

  return {
    get isUp() {
      return isUp;
    },
    ask,
    connect,
    bus,
    async kill() {
      if (!isUp) return;
      isUp = false;
      for (const line of [...lines]) line.lose();
      for (const gone of [...asking]) gone();
      await between.close();
      await middle.close();
    },
  };
}
