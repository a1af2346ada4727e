import type { Dial, Dialled, Dialling } from '@stet/client';
import type { Random } from '../random.js';
import type { Faults } from '../scenario/scenario.js';
import { delayOf } from './fate.js';
import { Lane } from './lane.js';

// Lines on a bad network: late, cut, half-open. Whatever carries a line keeps its order and sends nothing twice, and a
// line that has lost something is lost itself: so no message is overtaken, repeated or dropped by itself, as requests are.
//
//   whole ─▶ last word ─▶ deaf ─▶ over         cut in the middle: what was asked is done, its answer never comes
//     ├────────────────────────────▲           cut
//     └─▶ half-open ─▶ left ───────┘           nothing passes, nobody is told; `left`: the client has found out

export interface FaultyDialOptions {
  faults: Faults;
  random: Random;
  note(what: string): void;
  isOff(): boolean;
}

/** In milliseconds. */
const longest = 3_600_000;
const lookEvery = 200;
const lastWordWithin = 2_000;
const deafFor = 100;

export function faultyDial(dialling: Dial, options: FaultyDialOptions): Dial {
  let lines = 0;
  return (asked) => {
    lines += 1;
    return new FaultyLine(dialling, asked, { ...options, random: options.random.fork(`line ${lines}`) });
  };
}

class FaultyLine implements Dialled {
  readonly #asked: Dialling;
  readonly #options: FaultyDialOptions;
  readonly #up = new Lane();
  readonly #down = new Lane();
  #state: 'whole' | 'last word' | 'deaf' | 'half-open' | 'left' | 'over' = 'whole';
  #under: Dialled | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(dialling: Dial, asked: Dialling, options: FaultyDialOptions) {
    this.#asked = asked;
    this.#options = options;
    this.#arm();
    const under = dialling({
      ...asked,
      trying: (transport) => this.#hears() && asked.trying(transport),
      open: (transport) => this.#comes(() => asked.open(transport)),
      message: (text) => this.#comes(() => asked.message(text)),
      lost: () => this.#lost(),
    });
    // It may have been lost at once.
    if (this.#state !== 'over') this.#under = under;
  }

  send(text: string): void {
    if (this.#state === 'whole' || this.#state === 'last word') {
      this.#up.push(() => this.#arrives(text), this.#delay());
    }
  }

  close(): void {
    switch (this.#state) {
      case 'half-open':
        // The server has yet to find out, unless it has already.
        if (this.#under) this.#state = 'left';
        else this.#end();
        return;
      case 'left':
      case 'over':
        return;
      default:
        this.#end();
    }
  }

  #hears = (): boolean => this.#state === 'whole' || this.#state === 'last word';

  #comes(arrive: () => void): void {
    if (this.#hears()) this.#down.push(() => this.#hears() && arrive(), this.#delay());
  }

  #arrives(text: string): void {
    if (this.#state === 'last word') {
      // Before it is sent: the answer may come at once.
      this.#state = 'deaf';
      this.#after(deafFor, () => this.#cut());
    }
    this.#under?.send(text);
  }

  /** The server, or what lies between, has let go of it. */
  #lost(): void {
    this.#under = null;
    if (this.#state === 'left') return this.#end();
    // Who is told nothing is not told this either.
    if (this.#state === 'half-open') return;
    this.#down.push(() => this.#cut(), 0);
  }

  #cut(): void {
    if (this.#state === 'over') return;
    const isHeld = this.#state !== 'left';
    this.#end();
    if (isHeld) this.#asked.lost();
  }

  #end(): void {
    this.#state = 'over';
    clearTimeout(this.#timer);
    this.#up.clear();
    this.#down.clear();
    const under = this.#under;
    this.#under = null;
    under?.close();
  }

  /** When the next fault strikes: by Poisson, so many a second. */
  #arm(): void {
    const { faults, random } = this.#options;
    const rate = faults.cut + faults.halfOpen;
    if (rate <= 0) return;
    const ms = (-Math.log(1 - random.next()) / rate) * 1_000;
    // Timers have their bound. Of such a process, what was waited for already says nothing of what is still to come.
    this.#after(Math.min(ms, longest), () => {
      if (ms < longest && !this.#options.isOff()) this.#strike(random.chance(faults.cut / rate));
      else this.#arm();
    });
  }

  #strike(isCut: boolean): void {
    const { random, note } = this.#options;
    note(isCut ? 'cut' : 'half-open');
    if (!isCut) {
      this.#state = 'half-open';
      this.#up.clear();
      this.#down.clear();
      return this.#look();
    }
    if (random.chance(0.5)) return this.#cut();
    this.#state = 'last word';
    this.#after(lastWordWithin, () => this.#cut());
  }

  /** Once there are no faults any more, nobody has to wait for a deadline. */
  #look(): void {
    if (this.#options.isOff()) this.#cut();
    else this.#after(lookEvery, () => this.#look());
  }

  #delay = (): number => {
    const { faults, random, isOff } = this.#options;
    const ms = delayOf(faults, random);
    return isOff() ? 0 : ms;
  };

  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
