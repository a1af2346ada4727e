// By which of SockJS's transports to connect, from the best to the one that passes through nearly everything. The
// server's guard refuses all others, so trying them would only cost time.

export const transports = ['websocket', 'xhr-streaming', 'xhr-polling'] as const;

export type Transport = (typeof transports)[number];

/** Where to begin with the next time; null for the best one. */
export type Preference = { transport: Transport; until: number } | null;

/** Then the better ones get their chance again. In milliseconds. */
const preferredFor = 10 * 60_000;

/** In the order of trying: the preferred one, and then from the best one down. `now` as of `Date.now()`. */
export function orderOf(preference: Preference, now: number): readonly Transport[] {
  if (!preference || preference.until <= now) return transports;
  return [preference.transport, ...transports.filter((each) => each !== preference.transport)];
}

export const prefer = (transport: Transport, now: number): Preference =>
  transport === transports[0] ? null : { transport, until: now + preferredFor };

/** After one that opens and carries nothing: the next one down, and below the last one the best again. */
export function avoid(transport: Transport, now: number): Preference {
  const next = transports[transports.indexOf(transport) + 1];
  return next ? prefer(next, now) : null;
}
