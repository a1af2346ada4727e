// What one reader who takes nothing costs those beside it, and one who takes very much: how long they wait for a change.
import { readFileSync } from 'node:fs';
import { createHistogram } from 'node:perf_hooks';
import { hears, openSocket, post } from './sockets.mjs';

/**
 * @typedef {{ port: number, pid: number, tokens: string[] }} Server
 * @typedef {{ p50: number, p99: number, held: number }} Waits  milliseconds from the save's request to each reader; MiB
 *   that the server holds by then
 */

const mark = { text: 'told beside a slow one ', tail: 7 };
const digits = 1_000_000;

/** Mebibytes; NaN where this system does not tell. @param {number} pid */
function heldBy(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Readers that note how long each change took to them. @param {Server} server @param {number} count */
async function listeners({ port, tokens }, count) {
  /** @type {number[]} */
  const begun = [];
  let waits = createHistogram();
  const found = (/** @type {string} */ tail) => {
    const at = begun[Number(tail) - digits];
    if (at !== undefined) waits.record(Math.max(1, Math.round((performance.now() - at) * 1000)));
  };
  /** @type {import('./sockets.mjs').Reader[]} */
  const readers = [];
  for (let place = 0; place < count; place += 1) {
    readers.push(await openSocket(port, tokens[place % tokens.length] ?? '', { ...mark, found }));
  }

  const save = async () => {
    const title = `${mark.text}${digits + begun.push(performance.now()) - 1}`;
    await post(port, '/api/workspaces/catalogue/books', tokens[0] ?? '', { title });
  };
  return {
    /** So many changes, paced, until all have heard of all. @param {number} rate a second @param {number} count */
    async write(rate, count) {
      const saves = [];
      for (const started = performance.now(); saves.length < count; ) {
        const due = Math.min(count, ((performance.now() - started) / 1000) * rate);
        while (saves.length < due) saves.push(save());
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await Promise.all(saves);
      await Promise.all(readers.map((reader) => hears(reader, begun.length)));
      const now = waits;
      waits = createHistogram();
      return now;
    },
    close: () => readers.forEach((reader) => void reader.close()),
  };
}

/** Somebody who is to be told the whole log from its beginning. @param {Server} server */
async function late({ port, tokens: [token = ''] }) {
  const me = await fetch(`http://127.0.0.1:${port}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  const [{ id, cursor }] = /** @type {any} */ (await me.json()).workspaces;
  return openSocket(port, token, undefined, { [id]: cursor.replace(/\d+$/, '0') });
}

/**
 * @param {Server} server @param {number} count readers @param {number} rate changes a second @param {number} seconds in all
 * @returns {Promise<{ alone: Waits, unread: Waits, caughtUp: Waits }>}
 */
export async function besideSlow(server, count, rate, seconds) {
  const readers = await listeners(server, count);
  const [alone, unread, caughtUp] = [createHistogram(), createHistogram(), createHistogram()];
  const held = { alone: Number.NaN, unread: Number.NaN, caughtUp: Number.NaN };
  const round = () => readers.write(rate, rate / 2);
  const end = performance.now() + seconds * 1000;
  await round();
  // By turns, so that a machine that has become busier meanwhile is so for both.
  while (performance.now() < end) {
    alone.add(await round());
    held.alone = heldBy(server.pid);
    // What came before fills all that lies between them, so that not even the network takes more.
    const slow = await late(server);
    slow.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    unread.add(await round());
    held.unread = heldBy(server.pid);
    slow.close();
    const catching = await late(server);
    caughtUp.add(await round());
    held.caughtUp = heldBy(server.pid);
    catching.close();
  }
  const told = { alone, unread, caughtUp };
  readers.close();
  const waits = (/** @type {keyof typeof told} */ name) => ({
    p50: told[name].percentile(50) / 1000,
    p99: told[name].percentile(99) / 1000,
    held: held[name],
  });
  return { alone: waits('alone'), unread: waits('unread'), caughtUp: waits('caughtUp') };
}
