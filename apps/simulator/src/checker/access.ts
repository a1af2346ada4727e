import type { EventOf } from '../history/event.js';

// Who may what, and when. While a change of access is asked for and not certain yet, the old and the new both count.

export type Role = EventOf<'access'>['role'];

interface Span {
  role: Role;
  /** Places: from when it may count, and until when. */
  from: number;
  until: number;
}

export class Access {
  readonly #spans = new Map<string, Span[]>();

  see({ user, role, is }: EventOf<'access'>, place: number): void {
    const spans = this.#spans.get(user) ?? [];
    this.#spans.set(user, spans);
    const last = spans.at(-1);
    if (last?.role !== role || last.until !== Infinity) spans.push({ role, from: place, until: Infinity });
    if (is === 'asked') return;
    for (let at = spans.length - 2; spans[at]?.until === Infinity; at -= 1) (spans[at] as Span).until = place;
  }

  /** The roles that may have counted at some time between two places; null where nobody has said. */
  between(user: string, from: number, to: number): readonly Role[] | null {
    const spans = this.#spans.get(user);
    if (!spans?.[0] || spans[0].from > from) return null;
    const roles: Role[] = [];
    for (let at = lastBegun(spans, to); at >= 0; at -= 1) {
      const span = spans[at] as Span;
      // Those before it were over no later.
      if (span.until < from) break;
      roles.push(span.role);
    }
    return roles;
  }

  /** Whether it is certain that the user might write all the while. */
  mayWrite(user: string, from: number, to: number): boolean {
    const roles = this.between(user, from, to);
    return roles?.every(mayWrite) ?? false;
  }

  /** Nothing has changed for this user since it was said first. */
  isSteady(user: string): boolean {
    return this.#spans.get(user)?.length === 1;
  }

  atTheEnd(user: string): Role | undefined {
    return this.#spans.get(user)?.at(-1)?.role;
  }
}

/** The last of the spans that had begun by then. */
function lastBegun(spans: readonly Span[], place: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.from ?? Infinity) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export const mayWrite = (role: Role): boolean => role === 'editor' || role === 'manager';
