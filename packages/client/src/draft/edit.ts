import {
  type Body,
  bodyOf,
  emptyBody,
  equal,
  parseFields,
  type Resource,
  type StetRecord,
  type Value,
} from '@stet/protocol';
import type { KeptDraft } from '../drafts/kept.js';
import type { Parts } from './rebase.js';

// What one person has typed and not saved, and what it started from: the base, and for a field that followed others
// before the person began on it, the value that it showed then. "I changed this" is measured against that.

export interface Base {
  version: number;
  etag: string;
  body: Body;
}

interface Typing {
  value: Value;
  origin?: Value;
}

export class Edit {
  readonly resource: Resource;
  base: Base | null = null;
  /** The etag that the person started from, while a choice moved the base on (V4, `Stet-Base`). */
  startedFrom: string | null = null;
  /** When the person typed last, by this device's clock. */
  at = '';
  #typed = new Map<string, Typing>();
  /** Typed into fields that the resource does not have any more. */
  #unseen: Record<string, Typing> = {};

  constructor(resource: Resource) {
    this.resource = resource;
  }

  get size(): number {
    return this.#typed.size;
  }

  has(name: string): boolean {
    return this.#typed.has(name);
  }

  /** `origin`: what the field showed, where the person only begins on it; undefined: what the base holds. */
  write(name: string, value: Value, origin?: Value): void {
    const typing = this.#typed.get(name);
    if (typing) typing.value = value;
    else this.#typed.set(name, { value, ...(origin === undefined ? {} : { origin }) });
  }

  end(name: string): void {
    this.#typed.delete(name);
  }

  clear(): void {
    this.#typed.clear();
  }

  value(name: string): Value | undefined {
    return this.#typed.get(name)?.value;
  }

  /** As the server would keep it, where the schema takes it; else as it was typed. */
  stored(name: string, value: Value): Value {
    const parsed = parseFields(this.resource, { [name]: value });
    return parsed.kind === 'ok' ? (parsed.value[name] ?? null) : value;
  }

  /** What a field started from, for the person. */
  origin(name: string): Value {
    const known = this.#typed.get(name)?.origin;
    return known !== undefined ? known : (this.base?.body[name] ?? this.resource.fields[name]?.empty ?? null);
  }

  /** Whether what was typed is what it started from. */
  isBack(name: string): boolean {
    return equal(this.stored(name, this.value(name) ?? null), this.origin(name));
  }

  parts(): Parts {
    const entries = [...this.#typed];
    return {
      base: this.base?.body ?? null,
      origins: Object.fromEntries(
        entries.flatMap(([name, { origin }]) => (origin === undefined ? [] : [[name, origin]])),
      ),
      typed: Object.fromEntries(entries.map(([name, { value }]) => [name, this.stored(name, value)])),
    };
  }

  /** As it was typed. */
  raw(): Record<string, Value> {
    return Object.fromEntries([...this.#typed].map(([name, { value }]) => [name, value]));
  }

  /** The whole record as the person has it before them. */
  whole(): Body {
    return { ...emptyBody(this.resource), ...this.base?.body, ...this.raw() };
  }

  /**
   * A save has brought these values. What was typed while it was under way stays typed, measured against what was
   * sent: what others put beside that in a combined version is theirs, and must not look like taken out by the person.
   */
  saved(mine: Readonly<Record<string, Value>>, base: Base): void {
    for (const [name, sent] of Object.entries(mine)) {
      const typing = this.#typed.get(name);
      if (!typing) continue;
      if (equal(this.stored(name, typing.value), sent)) this.#typed.delete(name);
      else if (equal(sent, base.body[name])) this.#typed.set(name, { value: typing.value });
      else this.#typed.set(name, { value: typing.value, origin: sent });
    }
    this.base = base;
    this.startedFrom = null;
  }

  /** What a person chose becomes the edit, on top of theirs. */
  settle(theirs: Base, values: Readonly<Record<string, Value>>): void {
    this.startedFrom ??= this.base?.etag ?? null;
    this.base = theirs;
    this.#typed.clear();
    for (const [name, value] of Object.entries(values)) {
      if (!equal(this.stored(name, value), theirs.body[name])) this.#typed.set(name, { value });
    }
  }

  /** The same content as an edit of a record that does not exist yet. */
  asNew(): void {
    const whole = this.whole();
    this.base = null;
    this.startedFrom = null;
    this.#typed.clear();
    for (const [name, field] of Object.entries(this.resource.fields)) {
      const value = whole[name] ?? null;
      if (!equal(this.stored(name, value), field.empty)) this.#typed.set(name, { value });
    }
  }

  kept(): Pick<KeptDraft, 'base' | 'typed' | 'startedFrom' | 'at'> {
    const typed = { ...this.#unseen, ...Object.fromEntries(this.#typed) };
    return { base: this.base, typed, startedFrom: this.startedFrom, at: this.at };
  }

  /** Goes on with what was kept. A field that the resource does not have any more stays in what is kept, unseen. */
  resume({ base, typed, startedFrom, at }: KeptDraft): void {
    this.base = base;
    this.startedFrom = startedFrom;
    this.at = at;
    const entries = Object.entries(typed as Record<string, Typing>);
    const isSeen = ([name]: [string, Typing]) => Object.hasOwn(this.resource.fields, name);
    this.#typed = new Map(entries.filter(isSeen));
    this.#unseen = Object.fromEntries(entries.filter((entry) => !isSeen(entry)));
  }
}

export const baseOf = (resource: Resource, record: StetRecord): Base => ({
  version: record.version,
  etag: record.etag,
  body: bodyOf(record, Object.keys(resource.fields)),
});
