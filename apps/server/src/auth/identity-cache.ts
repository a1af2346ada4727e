import type { Logger } from 'pino';
import { noteFailure } from '../failure.js';
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
  /** How many are remembered, those that are watched apart; 50,000 unless told. */
  most?: number;
}

/** Somebody who is looked after for as long as a connection of theirs is open. */
export interface Watch {
  /** Whether the session still stands, as far as is known now. */
  stands(): boolean;
  /** Nobody needs to know any more. */
  release(): void;
}

export interface IdentityCache {
  identify(credential: Credential): Promise<Identity | null>;
  /**
   * Asks whether the session stands, and remembers it until it is released: when it ends, wherever that is, `endings`
   * tells. Null where it has ended.
   */
  watch(identity: Identity): Promise<Watch | null>;
  /** Resolves when the store is asked nothing more. */
  close(): Promise<void>;
}

interface Entry {
  /** Null for who has only been seen by a ticket that another node may have given. */
  key: string | null;
  identity: Identity;
  /** When the store was last asked about it (`performance.now()`). */
  provenAt: number;
  /** Open connections that stand on it. */
  watches: number;
}

const sweepEvery = 400;
/** An entry that the sweep has not proven for so long (ms) is proven again before it is believed: S4 gives a second. */
const believedFor = 900;
const mostEntries = 50_000;
const askedAtOnce = 500;

export function createIdentityCache(options: IdentityCacheOptions): IdentityCache {
  const { endings, log, load, standing, most = mostEntries } = options;
  const byKey = new Map<string, Entry>();
  const bySession = new Map<string, Entry>();

  function forget(session: string): void {
    const entry = bySession.get(session);
    if (!entry) return;
    bySession.delete(session);
    if (entry.key !== null) byKey.delete(entry.key);
  }

  /** An open connection whose session nobody asks about would outlive it. */
  function makeRoom(): void {
    if (bySession.size < most) return;
    for (const [session, { watches }] of bySession) if (watches === 0) return forget(session);
  }

  function remember(key: string | null, identity: Identity, provenAt: number): Entry {
    const known = bySession.get(identity.session);
    forget(identity.session);
    makeRoom();
    const entry = Object.assign(known ?? { watches: 0 }, { key, identity, provenAt });
    bySession.set(identity.session, entry);
    if (key !== null) byKey.set(key, entry);
    return entry;
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
  let sweeping: Promise<void> | null = null;
  const timer = setInterval(() => {
    if (bySession.size === 0) return;
    sweeping ??= sweep()
      // Nothing is forgotten: the entries merely grow too old to be believed, and each request asks for itself.
      .catch((error: unknown) => noteFailure(log, error, 'could not ask whether the sessions still stand'))
      .finally(() => {
        sweeping = null;
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
      if (identity) remember(key, identity, provenAt);
      return identity;
    },

    async watch(identity) {
      const { session } = identity;
      // Held before it is asked about: what ends it from here on is not missed.
      const entry = bySession.get(session) ?? remember(null, identity, Number.NEGATIVE_INFINITY);
      entry.watches += 1;
      const stands = () => bySession.get(session) === entry;
      let held = true;
      const release = () => {
        if (held) entry.watches -= 1;
        held = false;
        if (entry.watches === 0 && entry.key === null && stands()) forget(session);
      };
      try {
        await prove([entry]);
      } catch (error) {
        release();
        throw error;
      }
      if (stands()) return { stands, release };
      release();
      return null;
    },

    async close() {
      clearInterval(timer);
      undo();
      await sweeping;
    },
  };
}
