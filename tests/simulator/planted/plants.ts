// Faults as servers have had them, each in a server that is otherwise whole. The checker has to find every one of them,
// and name a rule that it breaks.
import { type Body, quoted, type Role } from '@stet/protocol';
import type { Outcome } from '@stet/store';
import { sql } from 'kysely';
import {
  answering,
  changeIn,
  everyNth,
  isEdit,
  later,
  type Plant,
  type PlantedLine,
  perLine,
  readOf,
  storing,
} from './kit.js';

export interface Planted {
  name: string;
  /** The rules of SPEC.md that it breaks; the checker names one of them first. */
  rules: readonly string[];
  /** Made anew for each run. */
  plant(): Plant;
}

const etagOf = (body: unknown): string | undefined => (body as { etag?: string } | undefined)?.etag;

export const plants: readonly Planted[] = [
  {
    name: 'the guard is left out: a stale save goes through',
    rules: ['V2'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const etag = isEdit(ask) && ask.headers['if-match'] ? etagOf((await readOf(ask, who, door)).body) : undefined;
        return door.ask(etag ? { ...ask, headers: { ...ask.headers, 'if-match': quoted(etag) } } : ask, who);
      }),
    }),
  },
  {
    name: 'a save that was refused is done all the same',
    rules: ['V2', 'M1'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const answer = await door.ask(ask, who);
        const current = (answer.body as { current?: unknown } | undefined)?.current;
        const etag = isEdit(ask) && answer.status === 412 ? etagOf(current) : undefined;
        if (etag) await door.ask({ ...ask, headers: { ...ask.headers, 'if-match': quoted(etag) } }, who);
        return answer;
      }),
    }),
  },
  {
    name: 'a record that is brought back begins at version 1 again',
    rules: ['V5', 'V1', 'V2'],
    plant: () => ({
      store: storing((store) => ({
        async write(write) {
          const outcome = await store.write(write);
          if (outcome.kind !== 'saved' || write.before === null || write.before.body !== null) return outcome;
          // The table would not have it: it holds each version once.
          await sql`create table loose as select * from changes`.execute(store.db);
          await sql`drop table changes`.execute(store.db);
          await sql`alter table loose rename to changes`.execute(store.db);
          await sql`update records set version = 1 where id = ${write.id}`.execute(store.db);
          await sql`update changes set version = 1 where seq = ${outcome.entry.seq}`.execute(store.db);
          const { entry } = outcome;
          return { ...outcome, entry: { ...entry, version: 1, left: { ...entry.left, version: 1 } } };
        },
      })),
    }),
  },
  {
    name: 'a late save brings back what was deleted',
    rules: ['V5', 'V2'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const answer = await door.ask(ask, who);
        const { etag, version } = ((await readOf(ask, who, door)).body ?? {}) as { etag?: string; version?: number };
        const isLate = isEdit(ask) && (answer.status === 410 || answer.status === 412) && etag && version;
        if (!isLate || (await readOf(ask, who, door)).status !== 410) return answer;
        const restore = { method: 'POST', path: `${ask.path}/restore`, query: new URLSearchParams() };
        const headers = { 'if-match': quoted(etag) };
        const back = await door.ask({ ...restore, headers, body: { version: version - 1 } }, who);
        const now = etagOf(back.body);
        if (!now) return answer;
        return door.ask({ ...ask, headers: { ...ask.headers, 'if-match': quoted(now) } }, who);
      }),
    }),
  },
  {
    name: 'readers are told before it is committed, and of what never is',
    rules: ['H2', 'L1', 'V2', 'H1'],
    plant() {
      const lines = new Set<PlantedLine>();
      let newest = '';
      return {
        down(text, line) {
          if (changeIn(text)) {
            newest = text;
            lines.add(line);
          }
          return [text];
        },
        store: storing((store) => ({
          async write(write) {
            const place = changeIn(newest);
            if (place && write.body && write.before) {
              const told = JSON.parse(newest) as { cursor: string; etag: string; obj?: object };
              const [seq, version] = [place.seq + 1, write.before.version + 1];
              const cursor = told.cursor.replace(/\d+$/, String(seq));
              const etag = told.etag.replace(/^\d+/, String(version));
              const { action, fields, by, key, id } = write;
              const obj = { ...told.obj, ...write.body, id, version, etag };
              const frame = { ...told, seq, cursor, etag, id, version, action, fields, by, key: key?.key, obj };
              for (const line of lines) line.say(JSON.stringify(frame));
            }
            return store.write(write);
          },
        })),
      };
    },
  },
  {
    name: 'a change is not told to one reader',
    rules: ['H2'],
    plant() {
      const is = everyNth(60);
      return { down: (text) => (changeIn(text) && is() ? [] : [text]) };
    },
  },
  {
    name: 'a change is told twice',
    rules: ['H2'],
    plant() {
      const is = everyNth(60);
      return { down: (text) => (changeIn(text) && is() ? [text, text] : [text]) };
    },
  },
  {
    name: 'two changes change places on their way',
    rules: ['H2'],
    plant() {
      const is = everyNth(40);
      const held = perLine(() => ({ text: null as string | null }));
      return {
        down(text, line) {
          if (!changeIn(text)) return [text];
          const hold = held(line);
          const before = hold.text;
          hold.text = before === null && is() ? text : null;
          if (hold.text !== null) return [];
          return before === null ? [text] : [text, before];
        },
      };
    },
  },
  {
    name: 'the place in the log is taken before the commit: a reader passes it by',
    rules: ['H2', 'L1', 'L2', 'V6'],
    plant: () => ({
      store: storing((store) => {
        return {
          log: {
            at: store.log.at.bind(store.log),
            history: store.log.history.bind(store.log),
            newestVia: store.log.newestVia.bind(store.log),
            async after(workspace, seq, limit) {
              const entries = await store.log.after(workspace, seq, limit);
              return entries.filter((entry) => entry.seq % 17 !== 0 || Date.now() - Date.parse(entry.at) > 400);
            },
          },
        };
      }),
    }),
  },
  {
    name: 'who is shut out goes on hearing: roles are kept, and never asked for again',
    rules: ['H1', 'S1'],
    plant: () => ({
      store: storing((store) => {
        const known = new Map<string, Promise<unknown>>();
        return {
          workspaces: new Proxy(store.workspaces, {
            get(target, name) {
              const value = Reflect.get(target, name) as unknown;
              if (typeof value !== 'function') return value;
              return (...asked: unknown[]) => {
                if (name !== 'of' && name !== 'role' && name !== 'members') return value.apply(target, asked);
                const call = JSON.stringify([name, asked]);
                const answer = known.get(call) ?? (value.apply(target, asked) as Promise<unknown>);
                known.set(call, answer);
                return answer;
              };
            },
          }),
        };
      }),
    }),
  },
  {
    name: 'readers are told what is withheld from them',
    rules: ['H1', 'S1'],
    plant: () => ({
      store: storing((store) => ({
        workspaces: new Proxy(store.workspaces, {
          get(target, name) {
            const value = Reflect.get(target, name) as unknown;
            if (typeof value !== 'function') return value;
            const raised = (role: Role | null) => (role === 'viewer' ? 'editor' : role);
            if (name === 'role') return async (where: string, user: string) => raised(await target.role(where, user));
            if (name !== 'of') return value.bind(target);
            return async (user: string) =>
              (await target.of(user)).map((each) => ({ ...each, role: raised(each.role) }));
          },
        }),
      })),
    }),
  },
  {
    name: 'an echo goes to a stranger',
    rules: ['H1'],
    plant() {
      const lines = new Set<PlantedLine>();
      const heard = perLine(() => new Set<number>());
      const told = new Set<number>();
      return {
        down(text, line) {
          const place = changeIn(text);
          lines.add(line);
          if (!place) return [text];
          heard(line).add(place.seq);
          if (told.has(place.seq)) return [text];
          told.add(place.seq);
          // Also to whoever was to hear nothing of it.
          const there = [...lines].filter(({ user }) => user !== null);
          void later(300).then(() => {
            for (const other of there) if (!heard(other).has(place.seq)) other.say(text);
          });
          return [text];
        },
      };
    },
  },
  {
    name: 'the retry key is lost: what is sent twice is refused, or done twice',
    rules: ['V7'],
    plant: () => ({
      store: storing((store) => ({
        async write(write) {
          const outcome = await store.write(write);
          await sql`delete from write_keys`.execute(store.db);
          return outcome;
        },
      })),
    }),
  },
  {
    name: 'who was cut off is not caught up with',
    rules: ['H2', 'L2'],
    plant: () => ({
      up: (text) => (text.startsWith('{"type":"hello"') ? JSON.stringify({ ...JSON.parse(text), cursors: {} }) : text),
    }),
  },
  {
    name: 'a merge drops one side',
    rules: ['M1', 'V6'],
    plant: () => ({
      store: storing((store) => ({
        write(write) {
          const { before, body, how } = write;
          if (!how?.combined || !body || !before?.body) return store.write(write);
          const woven = Object.keys(how.combined.fields).filter((name) => how.combined?.fields[name] === 'merged');
          const kept = Object.fromEntries(woven.map((name) => [name, before.body?.[name] ?? null]));
          return store.write({ ...write, body: { ...body, ...kept } as Body });
        },
      })),
    }),
  },
  {
    name: 'a combined save undoes what the other changed',
    rules: ['M1', 'V2'],
    plant: () => ({
      store: storing((store) => ({
        async write(write) {
          const { body, how } = write;
          const base = how?.combined?.base;
          if (!body || base === undefined) return store.write(write);
          const old = await store.log.at(write.workspace, write.resource.name, write.id, base);
          const theirs = Object.keys(how?.combined?.fields ?? {}).filter(
            (name) => how?.combined?.fields[name] === 'theirs',
          );
          const was = Object.fromEntries(theirs.map((name) => [name, old?.left.body?.[name] ?? null]));
          return store.write({ ...write, body: { ...body, ...was } as Body });
        },
      })),
    }),
  },
  {
    name: 'it is acknowledged before it is durable',
    rules: ['V6', 'V2'],
    plant() {
      // What was put off; a process that is killed takes it with it.
      const is = everyNth(20);
      return {
        store: storing((store) => ({
          async write(write): Promise<Outcome> {
            if (write.action !== 'update' || !write.before || !is()) return store.write(write);
            const version = write.before.version + 1;
            const left = { ...write.before, version, body: write.body, updatedAt: write.at, updatedBy: write.by.id };
            const seq = ((await store.workspaces.get(write.workspace))?.seq ?? 0) + 1;
            const { workspace, resource, id, action, fields, by, at, key, how } = write;
            const entry = { workspace, seq, resource: resource.name, id, version, action, fields, by, at, left };
            return { kind: 'saved', entry: { ...entry, key: key?.key ?? null, how: how ?? null } };
          },
        })),
      };
    },
  },
  {
    name: 'reads come from a copy that lags behind',
    rules: ['V6', 'V1', 'V2'],
    plant() {
      const copies = new Map<string, { at: number; answer: Awaited<ReturnType<typeof readOf>> }>();
      return {
        door: answering(async (ask, who, door) => {
          if (ask.method !== 'GET' || !/\/books\/[^/]+$/.test(ask.path)) return door.ask(ask, who);
          const copy = copies.get(ask.path);
          if (copy && Date.now() - copy.at < 3_000) return copy.answer;
          const answer = await door.ask(ask, who);
          copies.set(ask.path, { at: Date.now(), answer });
          return answer;
        }),
      };
    },
  },
  {
    name: 'whoever is overwritten is not told',
    rules: ['M4'],
    plant: () => ({
      store: storing((store) => ({
        notices: { of: async () => [], dismiss: store.notices.dismiss.bind(store.notices) },
      })),
    }),
  },
  {
    name: 'a combined save gives no receipt',
    rules: ['M4'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const answer = await door.ask(ask, who);
        const { receipt: _, ...record } = (answer.body ?? {}) as Record<string, unknown>;
        return isEdit(ask) && answer.status === 200 ? { ...answer, body: record } : answer;
      }),
    }),
  },
  {
    name: 'a list leaves out a record that is there',
    rules: ['V6'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const answer = await door.ask(ask, who);
        const { items } = (answer.body ?? {}) as { items?: unknown[] };
        if (ask.method !== 'GET' || !ask.path.endsWith('/books') || !items) return answer;
        return { ...answer, body: { ...(answer.body as object), items: items.slice(0, -1) } };
      }),
    }),
  },
  {
    name: 'a change is told as somebody else’s',
    rules: ['H2', 'H1'],
    plant: () => ({
      down(text) {
        if (!changeIn(text)) return [text];
        const told = JSON.parse(text) as { by: object };
        return [JSON.stringify({ ...told, by: { ...told.by, id: 'ana', name: 'ana' } })];
      },
    }),
  },
  {
    name: 'a receipt names nobody',
    rules: ['M4'],
    plant: () => ({
      door: answering(async (ask, who, door) => {
        const answer = await door.ask(ask, who);
        const { receipt, ...record } = (answer.body ?? {}) as { receipt?: object };
        return receipt ? { ...answer, body: { ...record, receipt: { ...receipt, with: [] } } } : answer;
      }),
    }),
  },
  {
    name: 'the record is not what its log says',
    rules: ['V6', 'V1', 'V2'],
    plant: () => ({
      store: storing((store) => ({
        async write(write) {
          const outcome = await store.write(write);
          if (outcome.kind === 'saved' && outcome.entry.seq % 15 === 0) {
            const before = write.before?.body;
            if (before) {
              await sql`update records set body = ${JSON.stringify(before)} where id = ${write.id}`.execute(store.db);
            }
          }
          return outcome;
        },
      })),
    }),
  },
];
