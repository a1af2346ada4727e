// What it costs to tell many readers of a change.
import { costOf } from './cost.mjs';
import { hears, open, openSocket, post } from './sockets.mjs';

/** @param {{ port: number, pid: number }} server @param {number} count @param {number} changes */
export async function deliverFrames({ port, pid }, count, changes) {
  const readers = await Promise.all(Array.from({ length: count }, () => open(port, '/')));
  const cost = await costOf(pid, async () => {
    readers[0]?.send(String(changes));
    await Promise.all(readers.map((reader) => hears(reader, changes)));
    return count * changes;
  });
  for (const reader of readers) reader.close();
  return cost;
}

/** @param {{ port: number, pid: number, tokens: string[] }} server @param {number} count @param {number} changes */
export async function deliverStet({ port, pid, tokens }, count, changes) {
  /** @type {import('./sockets.mjs').Reader[]} */
  const readers = [];
  for (let place = 0; place < count; place += 1) {
    const reader = await openSocket(port, tokens[place % tokens.length] ?? '');
    // The welcome names the channel, which begins like a change.
    await hears(reader, 1);
    readers.push(reader);
  }
  const cost = await costOf(pid, async () => {
    const create = (/** @type {number} */ place) =>
      post(port, '/api/workspaces/catalogue/books', tokens[0] ?? '', { title: `A book told to everybody ${place}` });
    await Promise.all(Array.from({ length: changes }, (_, place) => create(place)));
    await Promise.all(readers.map((reader) => hears(reader, changes + 1)));
    return count * changes;
  });
  for (const reader of readers) reader.close();
  return cost;
}
