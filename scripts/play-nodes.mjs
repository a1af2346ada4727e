// `npm run play:nodes`: three nodes with the demo, and all that they stand on and behind, on this machine alone: to click
// around in, and to take parts away from. What is typed takes them away and brings them back.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { freePort, openFolder, whyNoPort } from './lib/nodes/folders.mjs';
import { startNodes } from './lib/nodes/nodes.mjs';
import { doTo, piecesOf, readCommand } from './lib/nodes/pieces.mjs';
import { ensureParts } from './lib/parts.mjs';
import { main, onOrphaned, root, Stop, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

const usage = `npm run play:nodes [-- OPTIONS]

  --port NUMBER   where nginx listens (4000); 0 takes any that is free
  --data FOLDER   keep the data there, and go on with it (a temporary folder)
  --count NUMBER  of nodes (3)
  --cluster       Redis as a cluster of three`;

const help = `  kill node 2      as a power cut; so too  kill redis,  kill postgres
  stop node 2      gently
  start node 2     again; so too  start redis,  start postgres
  restart node 2   gently; so too  restart postgres
  pause redis      it holds its connections and answers nothing, until  resume redis;  so too  pause node 2
  flush redis      empties it
  roll             restarts the nodes one after another
  status           how everything is
  env              what to export, so that stet in another terminal comes to the same data, or makes one more node
  quit             or Ctrl+C: ends all of it`;

function readOptions() {
  const options = /** @type {const} */ ({
    port: { type: 'string', default: '4000' },
    data: { type: 'string' },
    count: { type: 'string', default: '3' },
    cluster: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  try {
    const { values } = parseArgs({ options });
    return { ...values, port: number(values.port, '--port', 0, 65_535), count: number(values.count, '--count', 1, 9) };
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${/** @type {Error} */ (error).message}\n\n${usage}`);
  }
}

/** @param {string} text @param {string} flag @param {number} least @param {number} most */
function number(text, flag, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Stop(`${flag} takes a number from ${least} to ${most}.`);
}

async function play() {
  const { port: wanted, data, count, cluster, help: isHelp } = readOptions();
  if (isHelp) return say(usage);
  const port = wanted || (await freePort());
  const taken = await whyNoPort(port);
  if (taken !== null) throw new Stop(`${taken} Stop what uses it, or choose another with --port.`);
  await setup(() => build());
  await ensureParts(['redis-server', 'nginx']);

  const folder = data === undefined ? undefined : openFolder(data).folder;
  const nodes = await startNodes({
    ...{ count, port, demo: true, redis: cluster ? 'cluster' : 'one' },
    ...(folder !== undefined && { folder }),
    tell: (what) => say(`Starting ${what} …`),
  });
  const pieces = piecesOf(nodes);

  /** @type {() => void} */
  let leave = () => {};
  /** @type {Promise<void>} */
  const left = new Promise((resolve) => {
    leave = resolve;
  });
  for (const piece of pieces) watch(piece);
  await welcome(`http://localhost:${port}`, data);
  await status();

  /** Who dies unasked is named. @param {import('./lib/nodes/pieces.mjs').Piece} piece */
  function watch(piece) {
    const pid = piece.pid();
    void piece.ended().then(() => {
      if (piece.state === 'down' || pid !== piece.pid()) return;
      piece.state = 'down';
      say(`${piece.name} (process ${pid}) has ended by itself.`);
    });
  }

  async function status() {
    const rows = await Promise.all(
      pieces.map(async ({ name, port, pid, state, health }) => {
        const said = state === 'up' ? ((await health?.()) ?? 'up') : state;
        return [`  ${name}`, String(port), state === 'down' ? '–' : String(pid()), said];
      }),
    );
    say(`\n${table(['  PART', 'PORT', 'PROCESS', 'STATE'], rows)}\n`);
  }

  /** @param {string} act @param {import('./lib/nodes/pieces.mjs').Piece} piece */
  async function tell(act, piece) {
    const began = performance.now();
    try {
      await doTo(piece, act);
      if (act === 'start' || act === 'restart') watch(piece);
      say(`${piece.name}: ${act}, ${((performance.now() - began) / 1000).toFixed(1)} s. It is ${piece.state}.`);
    } catch (error) {
      say(`${piece.name}: ${act} failed. ${error instanceof Error ? error.message : error}`);
    }
  }

  async function roll() {
    for (const piece of pieces) {
      if (!piece.name.startsWith('node')) continue;
      if (piece.state === 'up') await tell('restart', piece);
      else say(`${piece.name} is ${piece.state}, and stays so.`);
    }
  }

  /** @param {string} line */
  async function obey(line) {
    const asked = readCommand(line, pieces);
    if (asked.kind === 'refused') return say(asked.why);
    if (asked.kind === 'one') return tell(asked.act, asked.piece);
    if (asked.kind === 'nothing') return;
    if (asked.what === 'help') say(help);
    if (asked.what === 'status') await status();
    if (asked.what === 'env') say(exports(nodes.env));
    if (asked.what === 'roll') await roll();
    if (asked.what === 'quit') leave();
  }

  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal && { output: process.stdout, prompt: '> ' }),
  });
  let isLeaving = false;
  const prompt = () => {
    if (isTerminal && !isLeaving) lines.prompt();
  };
  // What is typed meanwhile waits its turn.
  let turn = Promise.resolve();
  lines.on('line', (line) => {
    turn = turn.then(() => obey(line)).then(prompt);
  });
  // Ctrl+D at a terminal; without one there was never anybody to type.
  if (isTerminal) lines.on('SIGINT', leave).on('close', leave);
  prompt();

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, leave);
  onOrphaned(leave);
  await left;
  isLeaving = true;
  lines.close();
  say('\nStopping …');
  // Ending them is no surprise any more, and a second Ctrl+C does not wait for it.
  for (const piece of pieces) piece.state = 'down';
  process.once('SIGINT', () => process.exit(130));
  await nodes.stop();
  say(data === undefined ? 'Stopped; nothing is left behind.' : `Stopped. The data is in ${data}.`);
  process.exit(0);
}

/** For a shell. @param {Record<string, string>} env */
const exports = (env) =>
  ['DATABASE_URL', 'REDIS_URL', 'STET_SECRET', 'STET_ORIGINS', 'STET_PROXIES']
    .filter((name) => name in env)
    .map((name) => `export ${name}='${env[name]}'`)
    .join('\n');

/** @typedef {{ demoUsers: { username: string, name: string, role: string }[], demoPassword: string }} Demo */
/** @typedef {(head: string[], rows: string[][]) => string} Table */

/** The program's own; it has just been built. @param {string} name */
const ofServer = (name) => import(join(root, 'apps/server/dist/cli', name));

/** @type {Table} */
let table = () => '';

/** @param {string} url @param {string | undefined} data */
async function welcome(url, data) {
  /** @type {Demo} */
  const { demoUsers, demoPassword } = await ofServer('demo.js');
  ({ table } = await ofServer('terminal.js'));
  const people = demoUsers.map(({ username, name, role }) => [`  ${username}`, name, role]);
  say(`\nStet is at ${url}: nodes behind nginx, on one Postgres.\n`);
  say(table(['  USER', 'NAME', 'ROLE'], people));
  say(`\n  Password for all: ${demoPassword}\n`);
  say(data === undefined ? 'The data goes when this ends; --data FOLDER keeps it.' : `The data is in ${data}.`);
  say('Each node can be reached at its own port as well. env says what to export to join them.');
  say('Take parts away and bring them back: kill node 2, pause redis, restart postgres, roll … help says them all.');
}

await main(play);
