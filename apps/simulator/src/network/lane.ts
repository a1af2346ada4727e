// Messages one way on a line: each takes its time, and none overtakes another.

export class Lane {
  readonly #waiting: Array<{ due: number; arrive: () => void }> = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Arrives after so many milliseconds, or with the one before it if that takes longer. */
  push(arrive: () => void, delay: number): void {
    const last = this.#waiting.at(-1);
    if (!last && delay <= 0) return arrive();
    this.#waiting.push({ due: Math.max(last?.due ?? 0, performance.now() + delay), arrive });
    if (!last) this.#wait();
  }

  /** What is under way never arrives. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #wait(): void {
    const [next] = this.#waiting;
    if (next) this.#timer = setTimeout(() => this.#arrived(next.arrive), Math.max(0, next.due - performance.now()));
  }

  #arrived(arrive: () => void): void {
    this.#waiting.shift();
    arrive();
    // Unless it was cleared meanwhile, and others have come.
    clearTimeout(this.#timer);
    this.#wait();
  }
}
