// `npm run bench`: what a save and a delivery cost, each beside its limit in the same run. Nothing here is a test:
// figures belong to the machine that they were taken on, ratios travel better.
import { deliverFrames, deliverStet } from './bench/deliver.mjs';
import { echo, save } from './bench/save.mjs';
import { startBare, startEcho, startFrames, startStet } from './bench/servers.mjs';
import { besideSlow } from './bench/slow.mjs';
import { hangUp } from './bench/sockets.mjs';
import { commitGroups, saveToStore } from './bench/store.mjs';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const connections = Number(process.env.BENCH_CONNECTIONS ?? 32);
const readers = Number(process.env.BENCH_READERS ?? 1_000);
const changes = Number(process.env.BENCH_CHANGES ?? 100);

await setup();
await build();

/**
 * @param {string} what
 * @param {import('./bench/cost.mjs').Cost} cost
 * @param {import('./bench/cost.mjs').Cost} [limit]
 */
const line = (what, { rate, cpu }, limit) => {
  const figures = `${Math.round(rate).toLocaleString('en').padStart(9)}/s ${cpu.toFixed(1).padStart(8)} µs`;
  console.log(`  ${what.padEnd(62)}${figures}${limit ? `   ${(cpu / limit.cpu).toFixed(2)}x` : ''}`);
};
/**
 * @param {string} what
 * @param {import('./bench/slow.mjs').Waits} waits
 * @param {import('./bench/slow.mjs').Waits} [limit]
 */
const waits = (what, { p50, p99, held }, limit) => {
  const figures = `p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   server ${Math.round(held)} MiB`;
  console.log(`  ${what.padEnd(46)}${figures}${limit ? `   p99 ${(p99 / limit.p99).toFixed(2)}x` : ''}`);
};
/** @param {string} text */
const head = (text) => console.log(`\n${text.padEnd(64)}     rate  CPU each   CPU against the limit`);

const bare = await startBare();
const express = await startEcho();
const frames = await startFrames();
const stet = await startStet();
try {
  head(`Saves over HTTP, ${connections} connections, ${seconds} s each`);
  const http = await echo(bare, seconds, connections);
  line('limit: node:http that answers with the body', http);
  const peer = await echo(express, seconds, connections);
  line('peer: Express 5 with express.json that answers with the body', peer, http);
  line('Stet: PATCH with If-Match; durable, logged, announced', await save(stet, seconds, connections), peer);

  head(`Saves to the store alone, ${connections} at a time, ${seconds} s each`);
  const groups = commitGroups(seconds, connections);
  line('limit: better-sqlite3, record and log row, a commit a group', groups);
  line('Stet: the guarded write with history, log, keys and search', await saveToStore(seconds, connections), groups);

  head(`Fan-out of ${changes} changes to ${readers.toLocaleString('en')} WebSocket readers`);
  const written = await deliverFrames(frames, readers, changes);
  line('limit: one encoded frame, written to every reader', written);
  line('Stet: from the accepted save to every reader', await deliverStet(stet, readers, changes), written);

  const slow = { readers: 20, rate: 1_000, seconds: 20 };
  const paced = `${slow.rate.toLocaleString('en')} changes a second`;
  console.log(`\n${paced} to ${slow.readers} readers, ${slow.seconds} s: from a save's request to each reader`);
  const { alone, unread, caughtUp } = await besideSlow(stet, slow.readers, slow.rate, slow.seconds);
  waits('limit: nobody beside them', alone);
  waits('Stet: beside one who never reads', unread, alone);
  waits('Stet: beside one who is told the whole log', caughtUp, alone);
} finally {
  hangUp();
  for (const server of [bare, express, frames, stet]) server.stop();
}
