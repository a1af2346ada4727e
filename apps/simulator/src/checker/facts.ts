import type { EventOf, HistoryEvent } from '../history/event.js';
import { Access } from './access.js';
import { type Call, type Entry, type Group, isUnchanged, isWrite, type Write } from './call.js';
import { type Shown, shownIn } from './shown.js';

// The history in order: who is who, which answer belongs to which call, what the log says at the end. Every check reads
// it here. A place is an event's number in the history; what was noted earlier has the lower one.

export class Facts {
  readonly events: HistoryEvent[] = [];
  readonly access = new Access();
  readonly calls = new Map<number, Call>();
  readonly writes: Write[] = [];
  /** As the log was read, whole or not. */
  readonly entries: Entry[] = [];
  readonly stands = new Map<string, EventOf<'stands'>>();
  readonly notices: Array<EventOf<'notice'>> = [];
  run: EventOf<'run'> | null = null;
  log: EventOf<'log'> | null = null;
  /** Of some version a number was told: this store counts. */
  counts = false;
  settled = false;
  /** What the event that was seen last shows of records. */
  shown: readonly Shown[] = [];
  readonly #users = new Map<string, string>();
  readonly #groups = new Map<string, Group>();
  readonly #histories = new Map<string, Entry[]>();
  readonly #versions = new Map<string, Map<number, Entry>>();
  readonly #answers = new Map<string, Map<number, Write[]>>();

  /** The place of the event that was seen last. */
  get place(): number {
    return this.events.length - 1;
  }

  /** The log is known from its beginning to its end. */
  get isWhole(): boolean {
    return this.log?.whole === true;
  }

  see(event: HistoryEvent): void {
    this.events.push(event);
    switch (event.kind) {
      case 'run':
        this.run = event;
        break;
      case 'access':
        this.access.see(event, this.place);
        break;
      case 'editor':
        this.#users.set(event.editor, event.user);
        break;
      case 'invoke':
        this.#begin(event);
        break;
      case 'result':
        this.#end(event);
        break;
      case 'entry':
        this.#enter(event);
        break;
      case 'log':
        this.log = event;
        break;
      case 'stands':
        this.stands.set(event.record, event);
        break;
      case 'notice':
        this.notices.push(event);
        break;
      case 'settled':
        this.settled = true;
        break;
    }
    this.shown = shownIn(event, this);
  }

  userOf(editor: string): string {
    return this.#users.get(editor) ?? editor;
  }

  /** Of a record, in the order of the log. */
  history(record: string): readonly Entry[] {
    return this.#histories.get(record) ?? [];
  }

  get histories(): ReadonlyMap<string, readonly Entry[]> {
    return this.#histories;
  }

  at(record: string, version: number | null | undefined): Entry | undefined {
    return typeof version === 'number' ? this.#versions.get(record)?.get(version) : undefined;
  }

  /** Writes that were told that they had made this version. */
  answered(record: string, version: number): readonly Write[] {
    return this.#answers.get(record)?.get(version) ?? [];
  }

  get answers(): ReadonlyMap<string, ReadonlyMap<number, readonly Write[]>> {
    return this.#answers;
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  groupOf(user: string, key: string | null): Group | undefined {
    return key === null ? undefined : this.#groups.get(`${user}\n${key}`);
  }

  /** The call that made an entry, as far as anybody can tell: by its key, or else by its answer. */
  makerOf({ told }: Entry): Write | undefined {
    const writes = (this.groupOf(told.by, told.key)?.writes ?? []).filter(({ op }) => op.record === told.record);
    const answered = told.version.n === null ? [] : this.answered(told.record, told.version.n);
    return (
      writes.find(({ result }) => result?.result.is === 'ok') ??
      writes.find(({ result }) => result?.result.is !== 'refused') ??
      writes[0] ??
      answered.find(({ user, key }) => user === told.by && (key === null || told.key === null))
    );
  }

  /** The place before which an entry cannot have been made: any of its tries may have arrived. 0 where nobody can say. */
  notBefore(entry: Entry): number {
    const { told } = entry;
    let place = this.makerOf(entry)?.begun ?? 0;
    for (const { begun, op } of this.groupOf(told.by, told.key)?.writes ?? []) {
      if (op.record === told.record) place = Math.min(place, begun);
    }
    return place;
  }

  #begin(event: EventOf<'invoke'>): void {
    const { call: number, editor, op, key } = event;
    const user = this.userOf(editor);
    const call: Call = { editor, user, op, key, begun: this.place, ended: Infinity, invoke: event, result: null };
    this.calls.set(number, call);
    if (!isWrite(call)) return;
    this.writes.push(call);
    if (key !== null) this.#group(user, key).writes.push(call);
  }

  #end(event: EventOf<'result'>): void {
    const call = this.calls.get(event.call);
    if (!call || call.result) return;
    call.result = event;
    call.ended = this.place;
    const { result } = event;
    if (result.is === 'list') this.counts ||= result.records.some(({ version }) => version.n !== null);
    if (result.is !== 'ok') return;
    const { n } = result.version;
    this.counts ||= n !== null;
    if (n === null || !isWrite(call) || isUnchanged(call, result)) return;
    const ofRecord = this.#answers.get(call.op.record) ?? new Map<number, Write[]>();
    this.#answers.set(call.op.record, ofRecord);
    ofRecord.set(n, [...(ofRecord.get(n) ?? []), call]);
  }

  #enter(event: Entry): void {
    const { told } = event;
    this.entries.push(event);
    this.counts ||= told.version.n !== null;
    const history = this.#histories.get(told.record) ?? [];
    this.#histories.set(told.record, history);
    history.push(event);
    const versions = this.#versions.get(told.record) ?? new Map<number, Entry>();
    this.#versions.set(told.record, versions);
    if (told.version.n !== null && !versions.has(told.version.n)) versions.set(told.version.n, event);
    if (told.key !== null) this.#group(told.by, told.key).entries.push(event);
  }

  #group(user: string, key: string): Group {
    const name = `${user}\n${key}`;
    const group = this.#groups.get(name) ?? { writes: [], entries: [] };
    this.#groups.set(name, group);
    return group;
  }
}
