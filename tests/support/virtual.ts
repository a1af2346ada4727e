// People at work in a virtual world: the real client on the real core, and everything that they hear and are answered.
import { createStet, type Draft, type Stet } from '@stet/client';
import { books } from '@stet/protocol';
import { type Plant, startCore } from '@stet/server';
import { type Core, inWorld, type Net, virtualNet, type World } from '@stet/simulator';

export interface VirtualPerson {
  readonly stet: Stet;
  open(id: string): Promise<Draft>;
  save(id: string, fields: Record<string, string | number>): Promise<string>;
}

export interface Stage {
  readonly world: World;
  readonly core: Core;
  /** All that was asked, answered and heard, in its order, each with its moment. */
  readonly heard: readonly string[];
  person(user: string, how?: { at?: string; isLive?: boolean }): Promise<VirtualPerson>;
  create(by: VirtualPerson, id: string, fields: Record<string, string | number>): Promise<void>;
}

export interface StageOptions {
  seed?: number;
  nodes?: number;
  plant?: Plant;
  crashed?: 'closed' | 'silent';
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** In the world's time, where half a minute costs nothing. */
export async function until(what: string, isSo: () => unknown, within = 30_000): Promise<void> {
  for (let waited = 0; !isSo(); waited += 10) {
    if (waited >= within) throw new Error(`It did not come to pass: ${what}`);
    await pause(10);
  }
}

const workspace = 'catalogue';

export function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const { seed = 1, nodes = 1, plant, crashed = 'closed' } = options;
  return inWorld(seed, async (world) => {
    const users = ['ana', 'ben'].map((user) => ({ user, role: 'editor' as const }));
    const core = await startCore({ workspace, users, nodes }, plant);
    const net = virtualNet({ core, random: world.random, latency: [1, 40], crashed });
    const heard: string[] = [];
    const open: Stet[] = [];
    try {
      return await play({
        world,
        core,
        heard,
        async person(user, { at = 'stet.test', isLive = true } = {}) {
          const note = (what: string) => heard.push(`${world.now()} ${user} ${what}`);
          const stet = createStet({
            base: `http://${at}/api`,
            socket: `http://${at}/rt`,
            workspace,
            user: { id: user, name: user },
            ...noted(net(user), note),
          });
          open.push(stet);
          stet.start();
          if (isLive) await until(`${user} is connected`, () => stet.link === 'live');
          return personAt(stet);
        },
        async create(by, id, fields) {
          const path = `/workspaces/${workspace}/books`;
          const answer = await by.stet.api({ method: 'POST', path, body: { id, ...fields } });
          if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
        },
      });
    } finally {
      for (const stet of open) stet.stop();
      await core.close();
    }
  });
}

function personAt(stet: Stet): VirtualPerson {
  const openOn = async (id: string) => {
    const model = stet.record(books, id);
    const answer = await stet.load(model);
    if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
    return stet.drafts.open(model);
  };
  return {
    stet,
    open: openOn,
    async save(id, fields) {
      const draft = await openOn(id);
      for (const [name, value] of Object.entries(fields)) draft.edit(name, value);
      return draft.submit();
    },
  };
}

/** The same net, and every byte that comes over it noted. */
const noted = ({ fetch, dial }: Net, note: (what: string) => void): Net => ({
  async fetch(input, init) {
    note(`asks ${init?.method ?? 'GET'} ${String(input)} ${String(init?.body ?? '')}`);
    const response = await fetch(input, init);
    note(`is answered ${response.status} ${JSON.stringify([...response.headers])} ${await response.clone().text()}`);
    return response;
  },
  dial(dialling) {
    const line = dial({
      ...dialling,
      message(text) {
        note(`hears ${text}`);
        dialling.message(text);
      },
      lost() {
        note('has lost the line');
        dialling.lost();
      },
    });
    return {
      send(text) {
        note(`says ${text}`);
        line.send(text);
      },
      close: line.close,
    };
  },
});
