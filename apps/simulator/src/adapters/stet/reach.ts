import type { Net } from '../../network/net.js';

// Whether one page has a network at all. What is on its way when that ends gets no answer; lines are lost.

export interface Reach extends Net {
  readonly isOff: boolean;
  off(): void;
  on(): void;
}

export function createReach(net: Net): Reach {
  const asking = new Set<AbortController>();
  const lines = new Set<() => void>();
  let isOff = false;
  const away = () => new TypeError('There is no network.');

  return {
    get isOff() {
      return isOff;
    },
    off() {
      isOff = true;
      for (const each of [...asking]) each.abort();
      for (const lose of [...lines]) lose();
    },
    on() {
      isOff = false;
    },
    fetch(input, init) {
      if (isOff) return Promise.reject(away());
      const control = new AbortController();
      asking.add(control);
      return new Promise((resolve, reject) => {
        control.signal.addEventListener('abort', () => reject(away()));
        const done = () => asking.delete(control);
        net
          .fetch(input, { ...init, signal: control.signal })
          .finally(done)
          .then(resolve, reject);
      });
    },
    dial(dialling) {
      let isOver = false;
      const end = () => {
        isOver = true;
        lines.delete(lose);
      };
      const fail = () => {
        if (isOver) return;
        end();
        dialling.lost();
      };
      if (isOff) {
        const timer = setTimeout(fail, 0);
        const [first] = dialling.order;
        if (first) dialling.trying(first);
        return { send: () => {}, close: () => clearTimeout(timer) };
      }
      const lose = () => {
        dialled.close();
        fail();
      };
      lines.add(lose);
      const dialled = net.dial({ ...dialling, lost: fail });
      return {
        send: (text) => dialled.send(text),
        close() {
          end();
          dialled.close();
        },
      };
    },
  };
}
