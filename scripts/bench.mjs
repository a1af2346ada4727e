// `npm run bench`: what a save, a delivery and an import cost, as ratios within one run against the limit of this
// machine and a named peer. Nothing here is a test: figures belong to the machine that they were taken on.
import { rmSync } from 'node:fs';
import { commits } from './bench/commits.mjs';
import { deliver } from './bench/deliver.mjs';
import { echo, save } from './bench/save.mjs';
import { startEcho, startPeer, startStet } from './bench/servers.mjs';
import { build } from './build.mjs';
import { setup } from './setup.mjs';

const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const readers = Number(process.env.BENCH_READERS ?? 100);
const changes = Number(process.env.BENCH_CHANGES ?? 300);

await setup();
await build();

/** @param {number} count */
const per = (count) => `${Math.round(count).toLocaleString('en')}/s`;
/** @param {string} what @param {string} figure */
const line = (what, figure, ratio = '') => console.log(`  ${what.padEnd(58)} ${figure.padStart(12)}  ${ratio}`);

const stet = await startStet();
const bare = await startEcho();
const peer = await startPeer();
try {
  console.log(`\nSaves (${seconds} s each, 32 connections)`);
  const limit = await commits(seconds);
  const echoed = await echo(bare, seconds, 32);
  const saved = await save(stet, seconds, 32);
  const alone = await save(stet, seconds, 1);
  line('limit: commits of one row, SQLite in WAL, synchronous=FULL', per(limit));
  line('peer: bare Express 5 answering a JSON body', per(echoed));
  line(
    'Stet: PATCH with If-Match, durable, logged, announced',
    per(saved),
    `${(saved / echoed).toFixed(2)} of the peer`,
  );
  line('Stet: the same on one connection', per(alone), `${(alone / limit).toFixed(2)} of the limit`);

  console.log(`\nDelivery (${changes} changes to ${readers} WebSocket readers)`);
  const direct = await deliver.peer(peer, readers, changes);
  const live = await deliver.stet(stet, readers, changes);
  line('peer: sockjs-node, write() for each reader', per(direct));
  line('Stet: from accepted saves to every reader', per(live), `${(live / direct).toFixed(2)} of the peer`);
} finally {
  for (const server of [stet, bare, peer]) server.stop();
  rmSync(stet.data, { recursive: true, force: true });
}
