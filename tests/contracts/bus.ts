import type { Bus, Heard, Topic, Wake } from '@stet/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.js';

// What every bus keeps, whatever carries it: run once for each sibling.

export interface Buses {
  /** The bus of a further node. Where there is but one process, it is always the same. */
  node(): Bus;
  /** One to be closed. */
  closing(): Bus;
  stop(): Promise<void>;
}

const log = (workspace: string): Topic => ({ kind: 'log', workspace });
const access: Topic = { kind: 'access' };

export interface Ear {
  heard: Heard[];
  /** How often it was told that it is heard anew. */
  anews(): number;
  wakes(): Wake[];
  /** Waits until it has been told so more often than that. */
  anew(before?: number): Promise<void>;
  has(wake: Wake): Promise<void>;
  undo(): void;
}

export function listen(bus: Bus, topic: Topic): Ear {
  const heard: Heard[] = [];
  const anews = () => heard.filter(({ kind }) => kind === 'anew').length;
  const wakes = () => heard.filter((one) => one.kind !== 'anew');
  return {
    heard,
    anews,
    wakes,
    anew: async (before = 0) => void (await until(`it is heard anew: ${topic.kind}`, () => anews() > before, 30_000)),
    has: async (wake) =>
      void (await until(
        `${JSON.stringify(wake)} is heard`,
        () => wakes().some((one) => JSON.stringify(one) === JSON.stringify(wake)),
        30_000,
      )),
    undo: bus.subscribe(topic, (one) => heard.push(one)),
  };
}

/** Of another workspace each time. */
let count = 0;
export const place = (): string => {
  count += 1;
  return `w${count}`;
};

export function busContract(name: string, open: () => Promise<Buses>): void {
  describe(`the bus: ${name}`, () => {
    let buses: Buses;
    let here: Bus;
    let there: Bus;
    beforeAll(async () => {
      buses = await open();
      [here, there] = [buses.node(), buses.node()];
      await until('it is up', () => here.state() === 'up' && there.state() === 'up');
    }, 120_000);
    afterAll(() => buses.stop());

    test('a wake-up reaches who listens to its topic, on every node, and nobody else', async () => {
      const [mine, other] = [place(), place()];
      const ears = [here, there].map((bus) => ({
        log: listen(bus, log(mine)),
        other: listen(bus, log(other)),
        presence: listen(bus, { kind: 'presence', workspace: mine }),
        access: listen(bus, access),
      }));
      for (const ear of ears.flatMap((ear) => Object.values(ear))) await ear.anew();
      const wakes: Wake[] = [
        { kind: 'log', workspace: mine, seq: 7 },
        { kind: 'access', user: 'ana' },
        { kind: 'presence', workspace: mine, node: 'n1', voices: ['a', 'b'] },
        { kind: 'log', workspace: other, seq: 3 },
      ];
      for (const wake of wakes) here.publish(wake);
      for (const ear of ears) {
        await ear.log.has({ kind: 'log', workspace: mine, seq: 7 });
        await ear.access.has({ kind: 'access', user: 'ana' });
        await ear.presence.has({ kind: 'presence', workspace: mine, node: 'n1', voices: ['a', 'b'] });
        await ear.other.has({ kind: 'log', workspace: other, seq: 3 });
        const found = [ear.log, ear.access, ear.presence, ear.other].map((one) => one.wakes().length);
        expect(found).toEqual([1, 1, 1, 1]);
        for (const one of Object.values(ear)) one.undo();
      }
    });

    test('nobody is called from within the call, and the first that is heard is that it is heard', async () => {
      const workspace = place();
      const ear = listen(here, log(workspace));
      here.publish({ kind: 'log', workspace, seq: 1 });
      expect(ear.heard).toEqual([]);
      await ear.anew();
      await ear.has({ kind: 'log', workspace, seq: 1 });
      const second = listen(here, log(workspace));
      await second.anew();
      // It is nothing new to who listened before.
      expect([ear.anews(), second.wakes()]).toEqual([1, []]);
      ear.undo();
      second.undo();
    });

    test('who took its listening back hears nothing more, and others go on', async () => {
      const workspace = place();
      const [gone, stays, far] = [
        listen(here, log(workspace)),
        listen(here, log(workspace)),
        listen(there, log(workspace)),
      ];
      for (const ear of [gone, stays, far]) await ear.anew();
      gone.undo();
      gone.undo();
      here.publish({ kind: 'log', workspace, seq: 1 });
      there.publish({ kind: 'log', workspace, seq: 2 });
      for (const ear of [stays, far]) {
        await ear.has({ kind: 'log', workspace, seq: 1 });
        await ear.has({ kind: 'log', workspace, seq: 2 });
        ear.undo();
      }
      expect(gone.wakes()).toEqual([]);
    });

    test('who comes back is heard anew, however fast', async () => {
      const workspace = place();
      for (const _ of [1, 2, 3]) listen(there, log(workspace)).undo();
      const ear = listen(there, log(workspace));
      await ear.anew();
      // What was on its way out and in again has arrived by the time that a later topic is heard.
      const marker = listen(there, log(`${workspace}-marker`));
      await marker.anew();
      here.publish({ kind: 'log', workspace, seq: 5 });
      await ear.has({ kind: 'log', workspace, seq: 5 });
      ear.undo();
      marker.undo();
    });

    test('a listener that throws harms nobody', async () => {
      const workspace = place();
      const undo = there.subscribe(log(workspace), () => {
        throw new Error('planted');
      });
      const ear = listen(there, log(workspace));
      await ear.anew();
      here.publish({ kind: 'log', workspace, seq: 1 });
      here.publish({ kind: 'access', user: 'ben' });
      await ear.has({ kind: 'log', workspace, seq: 1 });
      undo();
      ear.undo();
    });

    test('a workspace may have any name, and none is taken for another', async () => {
      const base = place();
      const names = [
        '',
        '{}',
        '}{',
        'a}b',
        '{a}',
        'a b\r\n',
        '"',
        '\\"',
        '\u0000',
        'é',
        '漢字 👩‍👩‍👧',
        '\ud800',
        '\ud801',
        '*',
        'x'.repeat(900),
      ];
      const all = names.map((name) => `${base}${name}`);
      const ears = all.map((workspace) => listen(there, log(workspace)));
      for (const ear of ears) await ear.anew();
      for (const [seq, workspace] of all.entries()) here.publish({ kind: 'log', workspace, seq: seq + 1 });
      for (const [seq, workspace] of all.entries()) {
        const [ear, wake] = [ears[seq], { kind: 'log' as const, workspace, seq: seq + 1 }];
        await ear?.has(wake);
        expect(ear?.wakes()).toEqual([wake]);
        ear?.undo();
      }
    });

    test('of many wake-ups of a log the newest arrives', async () => {
      const workspace = place();
      const ear = listen(there, log(workspace));
      await ear.anew();
      for (let seq = 1; seq <= 1_000; seq += 1) here.publish({ kind: 'log', workspace, seq });
      await ear.has({ kind: 'log', workspace, seq: 1_000 });
      ear.undo();
    });

    test('after it is closed nothing is said, nothing is heard and nothing fails', async () => {
      const bus = buses.closing();
      const workspace = place();
      const ear = listen(bus, log(workspace));
      await ear.anew();
      await bus.close();
      await bus.close();
      bus.publish({ kind: 'log', workspace, seq: 1 });
      here.publish({ kind: 'log', workspace, seq: 2 });
      const late = listen(bus, log(workspace));
      const marker = listen(there, log(workspace));
      await marker.anew();
      here.publish({ kind: 'log', workspace, seq: 3 });
      await marker.has({ kind: 'log', workspace, seq: 3 });
      expect([ear.wakes(), late.wakes()]).toEqual([[], []]);
      late.undo();
      ear.undo();
      marker.undo();
    });
  });
}

export interface LossyBuses extends Buses {
  /** Waits until no node hears anything any more. */
  deaf(): Promise<void>;
  /** The channels that somebody subscribes. */
  channels(): Promise<string[]>;
  /** How many connections subscribe something, and how many a node may have that listens to many topics. */
  subscribers(): Promise<number>;
  perNode: number;
}

/** Ends once it is over. `deaf` waits until no node hears anything any more. */
export type Trouble = (deaf: () => Promise<void>) => Promise<void>;

/** What a bus keeps besides where what carries it can be lost. */
export function lossyBusContract(
  name: string,
  open: () => Promise<LossyBuses>,
  troubles: Readonly<Record<string, Trouble>>,
): void {
  describe(`the bus that loses messages: ${name}`, () => {
    let buses: LossyBuses;
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    beforeAll(async () => {
      process.on('unhandledRejection', note);
      buses = await open();
    }, 120_000);
    afterAll(async () => {
      await buses.stop();
      process.off('unhandledRejection', note);
    });

    test('a channel is subscribed while somebody listens, and each node has one subscriber', async () => {
      const [here, there] = [buses.node(), buses.node()];
      const workspaces = Array.from({ length: 20 }, place);
      const has = async () => {
        const channels = await buses.channels();
        return workspaces.filter((workspace) => channels.includes(`stet:log:{${workspace}}`)).length;
      };
      const all = (bus: Bus) => workspaces.map((workspace) => listen(bus, log(workspace)));
      expect(await has()).toBe(0);
      const [mine, theirs, alsoTheirs] = [all(here), all(there), all(there)];
      for (const ear of [...mine, ...theirs, ...alsoTheirs]) await ear.anew();
      expect([await has(), await buses.subscribers()]).toEqual([20, 2 * buses.perNode]);
      for (const ear of [...mine, ...theirs]) ear.undo();
      for (const workspace of workspaces) here.publish({ kind: 'log', workspace, seq: 1 });
      for (const [at, ear] of alsoTheirs.entries()) {
        await ear.has({ kind: 'log', workspace: workspaces[at] ?? '', seq: 1 });
        expect(ear.anews()).toBe(1);
        ear.undo();
      }
      await until('nobody listens', async () => (await has()) === 0);
      await Promise.all([here.close(), there.close()]);
    });

    test.each(Object.entries(troubles))(
      '%s: who listens hears that it may have missed something, and then all that is said',
      async (_, happens) => {
        const [here, there] = [buses.node(), buses.node()];
        const workspace = place();
        const ears = [listen(there, log(workspace)), listen(there, access)];
        for (const ear of ears) await ear.anew();
        const before = ears.map((ear) => ear.anews());
        let seq = 0;
        // Somebody goes on saving all the while, and never waits or fails.
        const saving = setInterval(() => {
          seq += 1;
          here.publish({ kind: 'log', workspace, seq });
          here.publish({ kind: 'access', user: `u${seq % 3}` });
        }, 5);
        await happens(() => buses.deaf());
        for (const [at, ear] of ears.entries()) await ear.anew(before[at]);
        clearInterval(saving);
        seq += 1;
        here.publish({ kind: 'log', workspace, seq });
        here.publish({ kind: 'access', user: 'last' });
        await ears[0]?.has({ kind: 'log', workspace, seq });
        await ears[1]?.has({ kind: 'access', user: 'last' });
        await until('both are up', () => here.state() === 'up' && there.state() === 'up', 30_000);
        for (const ear of ears) ear.undo();
        await Promise.all([here.close(), there.close()]);
        expect(unhandled).toEqual([]);
      },
    );
  });
}
