// One thing after the other for each of those who speak, however long each takes; and an end that what is still on its
// way hears of.

interface Turn {
  last: Promise<unknown>;
  waiting: number;
  isOver: boolean;
}

export class Turns {
  readonly #turns = new Map<string, Turn>();

  /** `isOver` says whether this one has ended since the work was asked for. */
  take<T>(id: string, work: (isOver: () => boolean) => Promise<T>): Promise<T> {
    const turn = this.#turns.get(id) ?? { last: Promise.resolve(), waiting: 0, isOver: false };
    this.#turns.set(id, turn);
    turn.waiting += 1;
    const done = turn.last
      .then(() => work(() => turn.isOver))
      .finally(() => {
        turn.waiting -= 1;
        if (turn.waiting === 0 && this.#turns.get(id) === turn) this.#turns.delete(id);
      });
    turn.last = done.catch(() => {});
    return done;
  }

  end(id: string): void {
    const turn = this.#turns.get(id);
    if (turn) turn.isOver = true;
    this.#turns.delete(id);
  }
}
