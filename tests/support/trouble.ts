// A database that is not there for a while, or breaks off half-way, under a server in this process.
import { StoreUnavailable } from '@stet/store';
import type { InProcess } from './server.js';

export interface Trouble {
  /** `away`: nothing is read or written. `half-way`: writes are made, and nobody is told so. */
  state: 'none' | 'away' | 'half-way';
  /** What becomes of the next writes, one after the other; then it is as the state says. */
  next: Array<'away' | 'half-way'>;
}

type Work = (...asked: unknown[]) => Promise<unknown>;

export function troubleAt({ engine: { store } }: InProcess): Trouble {
  const trouble: Trouble = { state: 'none', next: [] };
  const gone = () => new StoreUnavailable('The database is started anew.', { retryAfter: 0 });
  const { workspaces, records, log, keys, notices, tickets } = store;
  for (const group of [workspaces, records, log, keys, notices, tickets]) {
    for (const [name, work] of Object.entries(group) as Array<[string, Work]>) {
      const troubled: Work = async (...asked) => {
        // Whoever asks again is not told either.
        if (trouble.state === 'away' || (trouble.state === 'half-way' && group === keys)) throw gone();
        return work.apply(group, asked);
      };
      Object.assign(group, { [name]: troubled });
    }
  }
  const { write } = store;
  store.write = async (asked) => {
    const fate = trouble.next.shift() ?? trouble.state;
    if (fate === 'away') throw gone();
    const outcome = await write.call(store, asked);
    if (fate === 'half-way') throw gone();
    return outcome;
  };
  return trouble;
}
