import type { Logger } from 'pino';
import type { Credential } from './credential.js';
import type { Endings } from './endings.js';
import type { Identity } from './identity.js';
import type { Standing } from './standing.js';

// Who is behind a credential, remembered: the library's whole check costs milliseconds, a save a fraction of one.
// What ends in this process is forgotten at once, through `endings`; what ends elsewhere (the command line, another
// node, a deleted row, the clock) is found by asking the store about all remembered sessions together, twice a second.

export interface IdentityCacheOptions {
  endings: Endings;
  log: Logger;
  /** The whole check of a credential that was not seen before. */
  load(credential: Credential): Promise<Identity | null>;
  standing: Standing;
}

export interface IdentityCache {
  identify(credential: Credential): Promise<Identity | null>;
  close(): void;
}

interface Entry {
  key: string;
  identity: Identity;
  /** When the store was last asked about it (`performance.now()`). */
  provenAt: number;
}

const sweepEvery = 400;
/** An entry that the sweep has not proven for so long (ms) is proven again before it is believed: S4 gives a second. */
const believedFor = 900;
const mostEntries = 50_000;
const askedAtOnce = 500;

export function createIdentityCache({ endings, log, load, standing }: IdentityCacheOptions): IdentityCache {
  const byKey = new Map<string, Entry>();
  const bySession = new Map<string, Entry>();

  function forget(session: string): void {
    const entry = bySession.get(session);
    if (!entry) return;
    bySession.delete(session);
    byKey.delete(entry.key);
  }

  function remember(entry: Entry): void {
    forget(entry.identity.session);
    const oldest = bySession.keys().next();
    if (bySession.size >= mostEntries && !oldest.done) forget(oldest.value);
    bySession.set(entry.identity.session, entry);
    byKey.set(entry.key, entry);
  }

  async function prove(entries: readonly Entry[]): Promise<void> {
    const askedAt = performance.now();
    const live = await standing(entries.map((entry) => entry.identity.session));
    for (const entry of entries) {
      const { session, user } = entry.identity;
      if (bySession.get(session) !== entry) continue;
      const expires = live.get(session);
      if (!expires || expires.getTime() <= Date.now()) {
        endings.tell(session, user.id);
        continue;
      }
      entry.provenAt = askedAt;
      if (expires.getTime() !== entry.identity.expires.getTime()) entry.identity = { ...entry.identity, expires };
    }
  }

  async function sweep(): Promise<void> {
    const entries = [...bySession.values()];
    for (let at = 0; at < entries.length; at += askedAtOnce) await prove(entries.slice(at, at + askedAtOnce));
  }

  const undo = endings.listen(forget);
  let sweeping = false;
  const timer = setInterval(() => {
    if (sweeping || bySession.size === 0) return;
    sweeping = true;
    sweep()
      // Nothing is forgotten: the entries merely grow too old to be believed, and each request asks for itself.
      .catch((err: unknown) => log.error({ err }, 'could not ask whether the sessions still stand'))
      .finally(() => {
        sweeping = false;
      });
  }, sweepEvery);
  timer.unref();

  return {
    async identify(credential) {
      const key = `${credential.via} ${credential.value}`;
      const entry = byKey.get(key);
      if (entry) {
        const old = performance.now() - entry.provenAt > believedFor || entry.identity.expires.getTime() <= Date.now();
        if (old) await prove([entry]);
        return byKey.get(key)?.identity ?? null;
      }
      const provenAt = performance.now();
      const identity = await load(credential);
      // Should it have ended while it was loaded, the next sweep finds that out.
      if (identity) remember({ key, identity, provenAt });
      return identity;
    },
    close() {
      clearInterval(timer);
      undo();
    },
  };
}
