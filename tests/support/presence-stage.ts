// A stage for presence: a real store, and the nodes that people speak at and hear at, by clocks that go on when they are
// told to. Without sockets.
import { books, type Down, type PresencePlace, type Role } from '@stet/protocol';
import {
  type Bus,
  createPresence,
  Hub,
  membershipsOf,
  type Presence,
  type Reader,
  type RedisLink,
  save,
} from '@stet/server';
import { openSqliteStore, type SqlStore } from '@stet/store';
import { pino } from 'pino';
import { HandClock } from './hand-clock.js';
import { until } from './until.js';

/** What a node stands on beside the store. */
export interface Ground {
  bus: Bus;
  redis: RedisLink | null;
}

export interface Node extends Ground {
  hub: Hub;
  presence: Presence;
  clock: HandClock;
  close(): Promise<void>;
}

export type Told = Extract<Down, { type: 'presence' }>;

export const workspace = 'catalogue';
/** How often is told what has changed. */
export const tick = 250;

export const at = (id: string, more: Partial<PresencePlace> = {}): PresencePlace => ({
  resource: 'books',
  id,
  state: 'viewing',
  dirty: [],
  ...more,
});
export const editing = (id: string, ...dirty: string[]) => at(id, { state: 'editing', dirty });
export const left = (id: string) => at(id, { state: 'left' });
export const userOf = (id: string) => ({ id, name: id });
export const peopleOf = ({ people }: Pick<Told, 'people'>) => people.map(({ id, state }) => `${id} ${state}`);

const log = pino({ level: 'silent' });

export class Stage {
  readonly store: SqlStore;
  /** Where people speak, unless it is said where. */
  readonly here: Node;
  /** Where they hear: another node, or the same one. */
  readonly there: Node;

  private constructor(store: SqlStore, here: Node, there: Node) {
    this.store = store;
    this.here = here;
    this.there = there;
  }

  static async open(grounds: readonly [Ground, ...Ground[]]): Promise<Stage> {
    const store = await openSqliteStore(':memory:');
    const [first, second] = grounds;
    const here = openNode(store, first, 0);
    const stage = new Stage(store, here, second ? openNode(store, second, 7_777_777) : here);
    for (const id of [workspace, 'elsewhere']) await store.workspaces.create({ id, name: id });
    for (const user of ['ana', 'ben', 'chloe']) await stage.setRole(user, 'editor');
    await stage.setRole('vic', 'viewer');
    await stage.setRole('zoe', 'editor', 'elsewhere');
    return stage;
  }

  get nodes(): Node[] {
    return [...new Set([this.here, this.there])];
  }

  async close(): Promise<void> {
    for (const node of this.nodes) await node.close();
    await this.store.close();
  }

  async setRole(user: string, role: Role | null, where = workspace): Promise<void> {
    if (role) await this.store.workspaces.setMember({ workspace: where, user, role });
    else await this.store.workspaces.removeMember(where, user);
    this.here.bus.publish({ kind: 'access', user });
  }

  /** Says it by the user's one socket, unless another is named. */
  say(user: string, place: PresencePlace, { where = workspace, socket = user, node = this.here } = {}) {
    return node.presence.say({ id: socket, user: userOf(user) }, where, place);
  }

  /** Says it by a page without a socket. */
  keep(user: string, places: PresencePlace[], { page = 'p', session = user, node = this.here } = {}) {
    return node.presence.keep({ id: page, user: userOf(user), session }, workspace, places);
  }

  /** Who is where, as this user may know. */
  async seenBy(user: string, node = this.there): Promise<Record<string, string[]>> {
    return Object.fromEntries((await node.presence.within(workspace, user)).map((seen) => [seen.id, peopleOf(seen)]));
  }

  async write(id: string, fields: Record<string, string>, base = 0): Promise<void> {
    const edit = base === 0 ? ({ kind: 'create', fields } as const) : ({ kind: 'patch', fields } as const);
    const outcome = await save(this.store, { workspace, resource: books, id, edit, base, by: userOf('ana') });
    if (outcome.kind !== 'saved') throw new Error(`Not saved: ${outcome.kind}`);
    this.here.bus.publish({ kind: 'log', workspace, seq: outcome.entry.seq });
  }

  /** Somebody who hears; `room` is how many frames they can take. */
  async listen(user: string, node = this.there) {
    const heard: Down[] = [];
    const state = { room: Number.POSITIVE_INFINITY };
    const reader: Reader = {
      id: `${user} listening`,
      user,
      session: user,
      tell: () => {},
      notice: () => {},
      presence: (frame) => {
        state.room -= 1;
        heard.push(JSON.parse(frame) as Down);
      },
      reset: (where, reason) => void heard.push({ type: 'reset', workspace: where, reason }),
      full: () => (state.room > 0 ? null : new Promise<void>(() => {})),
      bye: () => {},
    };
    await node.hub.join(reader, await membershipsOf(this.store, user), {});
    const told = () => heard.filter((down): down is Told => down.type === 'presence');
    /** What they believe now. */
    const believes = () => {
      const last = new Map(told().map((down) => [down.id, peopleOf(down)]));
      return Object.fromEntries([...last].filter(([, people]) => people.length > 0));
    };
    return { heard, told, believes, state };
  }

  /** Lets time go on for all nodes alike. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= tick) {
      for (const { clock } of this.nodes) await clock.advance(Math.min(tick, left));
    }
  }

  /** Lets time go on until it is so; what goes by Redis takes its own time. */
  async eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
    await until(`${isSo}`, async () => {
      await this.pass(tick);
      return isSo();
    });
  }
}

export function openNode(store: SqlStore, { bus, redis }: Ground, startedAt: number): Node {
  const hub = new Hub(store, bus, log);
  const clock = new HandClock(startedAt);
  const presence = createPresence({ store, bus, hub, log, redis, clock });
  return {
    bus,
    redis,
    hub,
    clock,
    presence,
    async close() {
      await presence.close();
      await hub.close();
    },
  };
}
