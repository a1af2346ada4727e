// What is done beside the saves: step by step, and between the steps saves and readers get their turn.

/** A long work whose steps are each soon done: closing ends it after the one under way. */
export type Work = AsyncIterable<void>;

export class Tidier {
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  async run(work: Work): Promise<void> {
    const running = this.#run(work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    await running;
  }

  /** What is left is done another time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#running);
  }

  async #run(work: Work): Promise<void> {
    if (this.#stopped) return;
    for await (const _ of work) {
      if (this.#stopped) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
