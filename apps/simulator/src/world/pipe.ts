// One direction of a line on a virtual network: each thing takes its time, and none overtakes another.

export interface Pipe<T> {
  put(item: T): void;
  /** What is on its way arrives nowhere. */
  cut(): void;
}

/** @param takes milliseconds that the next one takes */
export function createPipe<T>(takes: () => number, arrived: (item: T) => void): Pipe<T> {
  let underWay: Array<{ item: T; isThere: boolean }> = [];
  let isCut = false;

  function deliver(): void {
    while (underWay[0]?.isThere) {
      const [first] = underWay.splice(0, 1);
      if (first) arrived(first.item);
    }
  }

  return {
    put(item) {
      if (isCut) return;
      const one = { item, isThere: false };
      underWay.push(one);
      setTimeout(() => {
        one.isThere = true;
        deliver();
      }, takes());
    },
    cut() {
      isCut = true;
      underWay = [];
    },
  };
}
