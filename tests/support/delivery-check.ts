// Whether everybody was told what they may know, each change once and in order, and nothing else: judged from what was
// written down while it happened, and from the log as it stands at the end. Pure, so that it can be tested itself.
import { isDeepStrictEqual } from 'node:util';
import type { Change, Role, StetRecord } from '@stet/protocol';
import type { Account, Moment, Said, Seen, Stay } from './delivery-account.js';

export interface Flaw {
  kind: 'gap' | 'repeat' | 'order' | 'leak' | 'whose' | 'differs';
  client: string;
  what: string;
}

/** What a role hears of a workspace, by place in the log. */
interface Audible {
  has(seq: number): 'whole' | 'gone' | undefined;
  /** The first place after this one; Infinity where there is none. */
  after(seq: number): number;
}

export function flawsOf(account: Account): Flaw[] {
  const audible = audibleIn(account.logs);
  const hears = (user: string, workspace: string): Audible | null => {
    const stay = account.stays.find((each) => each.user === user && each.workspace === workspace);
    return stay ? audible(workspace, stay.role) : null;
  };
  return [
    ...account.said.flatMap((said) => flawsOnTheLine(said, account, hears)),
    ...account.seen
      .map((seen) => aboutItsOwn(seen, account.stays))
      .flatMap((seen) => [...flawsOfClient(seen, hears), ...askedTwice(seen, account.said), ...neverTold(seen)]),
  ];
}

/** Access to other workspaces is no affair of this one's page: what it knows stays as good as it was. */
function aboutItsOwn(seen: Seen, stays: readonly Stay[]): Seen {
  const own = stays.filter(({ user, workspace }) => user === seen.user && workspace === seen.workspace);
  return own.some(({ until }) => until) ? seen : { ...seen, marks: seen.marks.filter(({ kind }) => kind !== 'access') };
}

type Hears = (user: string, workspace: string) => Audible | null;

/** [H1] [H2] One connection: from the cursors of its hello on, nothing left out, nothing twice, nothing of others. */
function flawsOnTheLine({ client, frames }: Said, { stays }: Account, hears: Hears): Flaw[] {
  const flaws: Flaw[] = [];
  const note = (kind: Flaw['kind'], what: string) => void flaws.push({ kind, client, what: `on the line: ${what}` });
  let asked: Readonly<Record<string, number>> = {};
  let user = '';
  /** Up to where it was told, by workspace; null after a reset, which does not say. */
  const told = new Map<string, number | null>();
  const heard = new Set<string>();
  const was = (workspace: string, at: Moment) =>
    stays.some((stay) => stay.user === user && stay.workspace === workspace && stay.from <= at);
  const mayHear = (workspace: string, seq: number, at: Moment) =>
    stays.some(
      (stay) =>
        stay.user === user &&
        stay.workspace === workspace &&
        stay.from <= at &&
        // What was written before may have been on its way.
        (stay.until === null || at < stay.until.at || seq <= stay.until.seq),
    );
  for (const frame of frames) {
    switch (frame.kind) {
      case 'hello':
        asked = frame.cursors;
        break;
      case 'welcome':
        user = frame.user;
        for (const [workspace, seq] of Object.entries(frame.cursors)) {
          if (!was(workspace, frame.at)) note('leak', `${workspace} in the welcome of ${user}`);
          told.set(workspace, asked[workspace] ?? seq);
        }
        break;
      case 'reset':
        if (!was(frame.workspace, frame.at)) note('leak', `a reset of ${frame.workspace} to ${user}`);
        told.set(frame.workspace, null);
        for (const key of heard) if (key.startsWith(`${frame.workspace} `)) heard.delete(key);
        break;
      case 'about':
        if (!was(frame.workspace, frame.at)) note('leak', `something about ${frame.workspace} to ${user}`);
        break;
      case 'change': {
        const { workspace, seq } = frame;
        const name = `${workspace} ${seq}`;
        const hearing = hears(user, workspace)?.has(seq);
        const last = told.get(workspace);
        if (!mayHear(workspace, seq, frame.at) || !hearing) {
          note('leak', `${name} to ${user}`);
          break;
        }
        if (hearing === 'gone' && frame.whole) note('leak', `the content of ${name} to ${user}`);
        if (heard.has(name)) note('repeat', name);
        else if (typeof last === 'number') {
          const next = hears(user, workspace)?.after(last) ?? seq;
          if (seq > next) note('gap', `${workspace} goes from ${last} to ${seq}, past ${next}`);
          if (seq < next) note('order', `${name} after ${last}`);
        }
        heard.add(name);
        told.set(workspace, Math.max(last ?? 0, seq));
      }
    }
  }
  return flaws;
}

/** [H2] [H5] One client: each change once, in order, and what it holds is what the server lists. */
function flawsOfClient({ client, user, workspace, marks, shown, listed }: Seen, hears: Hears): Flaw[] {
  const flaws: Flaw[] = [];
  const note = (kind: Flaw['kind'], what: string) => void flaws.push({ kind, client, what: `in the client: ${what}` });
  const audible = hears(user, workspace);
  if (!audible) return [{ kind: 'leak', client, what: `${user} was never in ${workspace}` }];
  /** Since it was last told to read anew: the first and the last change, and how far it has read. */
  let since = { first: null as number | null, last: 0, read: null as number | null };
  const heard = new Set<number>();
  const settle = () => {
    const { first, read } = since;
    // What was written between its reading and the first change that it was told is nowhere.
    if (first !== null && read !== null && first > audible.after(read))
      note('gap', `read to ${read}, told from ${first}`);
  };
  for (const mark of marks) {
    switch (mark.kind) {
      case 'access':
        settle();
        since = { first: null, last: 0, read: null };
        heard.clear();
        break;
      case 'read':
        since.read = Math.max(since.read ?? 0, mark.seq);
        break;
      case 'change': {
        const { seq } = mark;
        if (mark.workspace !== workspace) note('leak', `${mark.workspace} ${seq} reached a page of ${workspace}`);
        if (!audible.has(seq)) note('leak', `${workspace} ${seq}`);
        if (heard.has(seq)) note('repeat', `${seq}`);
        else if (since.first !== null && seq > audible.after(since.last)) note('gap', `from ${since.last} to ${seq}`);
        else if (since.first !== null && seq < since.last) note('order', `${seq} after ${since.last}`);
        if (mark.own !== (mark.whose === 'own')) note('whose', `${seq} counts as ${mark.whose}`);
        heard.add(seq);
        since = { ...since, first: since.first ?? seq, last: Math.max(since.last, seq) };
      }
    }
  }
  settle();
  if (!listed) return flaws;
  const place = since.first === null ? since.read : since.last;
  if (place === null) note('gap', 'has not read anew');
  else if (audible.after(place) !== Infinity) note('gap', `nothing after ${place}`);
  if (!isDeepStrictEqual(shown, listed)) note('differs', differenceOf(shown, listed));
  return flaws;
}

/** [H1] Who may not read any more is told so, last of all: what such a page shows then is its own affair. */
function neverTold({ client, workspace, marks, listed }: Seen): Flaw[] {
  if (listed || marks.at(-1)?.kind === 'access') return [];
  return [{ kind: 'leak', client, what: `was never told that it may not read ${workspace} any more` }];
}

/** What a client was told, it must not ask for again. */
function askedTwice({ client, workspace, marks }: Seen, said: readonly Said[]): Flaw[] {
  return said
    .filter((line) => line.client === client)
    .flatMap((line) => {
      const hello = line.frames.find((frame) => frame.kind === 'hello');
      const from = hello?.cursors[workspace];
      const before = marks.filter(({ at }) => at < line.opened);
      const known = before.slice(before.findLastIndex(({ kind }) => kind === 'access') + 1);
      const last = Math.max(0, ...known.map((mark) => (mark.kind === 'change' ? mark.seq : 0)));
      if (from === undefined || from >= last) return [];
      return [{ kind: 'repeat' as const, client, what: `asked for what follows ${from}, and had ${last}` }];
    });
}

function audibleIn(logs: Account['logs']): (workspace: string, role: Role) => Audible {
  const known = new Map<string, Audible>();
  return (workspace, role) => {
    const name = `${workspace} ${role}`;
    const found = known.get(name) ?? audibleTo(role, logs[workspace] ?? []);
    known.set(name, found);
    return found;
  };
}

function audibleTo(role: Role, log: readonly Change[]): Audible {
  const isSeen = (record: Change['obj']) =>
    record !== undefined && !(role === 'viewer' && record.status === 'withheld');
  const standing = new Map<string, boolean>();
  const hearings = log.map(({ id, action, obj }) => {
    const [was, is] = [standing.get(id) ?? false, isSeen(obj)];
    standing.set(id, is);
    if (is || (was && action === 'destroy')) return 'whole';
    return was ? 'gone' : 'nothing';
  });
  /** By place: the first audible one after it. */
  const next = new Array<number>(log.length + 1).fill(Infinity);
  for (let seq = log.length - 1; seq >= 0; seq -= 1) {
    next[seq] = hearings[seq] === 'nothing' ? (next[seq + 1] ?? Infinity) : seq + 1;
  }
  return {
    has(seq) {
      const hearing = hearings[seq - 1];
      return hearing === 'nothing' ? undefined : hearing;
    },
    after: (seq) => next[seq] ?? Infinity,
  };
}

function differenceOf(shown: readonly StetRecord[], listed: readonly StetRecord[]): string {
  const byId = new Map(shown.map((record) => [record.id, record]));
  const wrong = listed.filter((record) => !isDeepStrictEqual(byId.get(record.id), record));
  const ids = new Set(listed.map(({ id }) => id));
  const more = shown.filter(({ id }) => !ids.has(id));
  if (wrong.length + more.length === 0) return 'the same records in another order';
  const told = wrong
    .slice(0, 3)
    .map(({ id, version }) => `${id}: has ${byId.get(id)?.version ?? 'none'}, is ${version}`);
  return `${wrong.length} records differ, ${more.length} are too many: ${told.join('; ')} ${more.map(({ id }) => id)}`;
}
