import type { Resource, Value } from '@stet/protocol';
import {
  answeredWith,
  type Between,
  type Choice,
  type Chosen,
  choiceOf,
  joinWaiting,
  type Side,
  type Waiting,
} from './choice.js';
import { mineOf, type Parts, startOf } from './rebase.js';

// The question that waits for a person, and what they have answered so far: the answers outlive the question's moves.

export class Asking {
  readonly #resource: Resource;
  #waiting: Waiting | null = null;
  #chosen = new Map<string, Chosen>();

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  get isOpen(): boolean {
    return this.#waiting !== null;
  }

  get chosen(): Record<string, Chosen> {
    return Object.fromEntries(this.#chosen);
  }

  /** Opens the question, or brings it to a newer version of theirs. */
  ask(theirs: Waiting['theirs'], changes: Between[]): void {
    this.#waiting = joinWaiting(this.#waiting, { theirs, changes });
  }

  choice(parts: Parts): Choice | null {
    if (!this.#waiting) return null;
    const sides = { base: startOf(parts), mine: mineOf(parts) };
    return choiceOf({ resource: this.#resource, chosen: this.#chosen, ...sides, ...this.#waiting });
  }

  /** Decides one field, and those that belong together with it. It holds while theirs stays what it was chosen over. */
  choose(choice: Choice, name: string, side: Side): void {
    for (const question of answeredWith(this.#resource, choice, name)) {
      const made = this.#chosen.get(question.name)?.edited;
      const edited = made ?? (side === 'edited' ? question.proposal : undefined);
      const answer = { side, over: question.theirs, mine: question.mine };
      this.#chosen.set(question.name, edited === undefined ? answer : { ...answer, edited });
    }
  }

  /** Combines both by hand. */
  combine(choice: Choice, name: string, edited: Value): void {
    const question = choice.questions.find((each) => each.name === name);
    const before = this.#chosen.get(name);
    // Going on to type is no new answer where the old one does not stand any more: the person says so.
    if (question?.again && before) this.#chosen.set(name, { ...before, edited });
    else if (question) this.#chosen.set(name, { side: 'edited', over: question.theirs, mine: question.mine, edited });
  }

  close(): void {
    this.#waiting = null;
  }

  forget(): void {
    this.close();
    this.#chosen.clear();
  }

  resume(chosen: Record<string, Chosen> = {}): void {
    this.#chosen = new Map(Object.entries(chosen));
  }
}
