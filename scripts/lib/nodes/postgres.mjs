// A real Postgres on loopback: for tests, and for `npm run play:nodes`. As durable as one in service is.
import { chmodSync, chownSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, Stop } from '../run.mjs';
import { startChild, whenReady } from './child.mjs';
import { freePort, openFolder } from './folders.mjs';
import { postgresOwner, postgresPrograms } from './postgres-programs.mjs';

/**
 * @typedef {object} Postgres
 * @property {string} url of the database `postgres`
 * @property {number} port
 * @property {number} pid of the process that runs now
 * @property {Promise<unknown>} ended when that process has ended, asked or not
 * @property {(name: string) => Promise<string>} createDatabase makes it where it is missing; answers with its URL
 * @property {(url: string) => Promise<void>} dropDatabase with whoever is connected
 * @property {() => Promise<void>} start again, after `kill`
 * @property {(how?: { mode?: 'fast' | 'immediate' }) => Promise<void>} restart on the same port; immediate is as a crash
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill and wait for the end; SIGKILL where nothing is said
 * @property {() => Promise<void>} stop ends it, and takes its data away unless the folder was given
 * @property {() => string} said the last of its log
 */

const user = 'stet';
const password = 'let-it-stand';

/**
 * @param {object} [options]
 * @param {string} [options.folder] to go on with; otherwise a new one
 * @param {number} [options.port] otherwise a free one
 * @param {Record<string, string | number>} [options.settings] as in postgresql.conf
 * @returns {Promise<Postgres>} that accepts connections
 */
export async function startPostgres({ folder: given, port: wanted, settings = {} } = {}) {
  const { folder, forget } = openFolder(given);
  const data = join(folder, 'postgres');
  const owner = existsSync(join(data, 'PG_VERSION')) ? ownerOf(data) : postgresOwner();
  const programs = postgresPrograms(owner);
  open(folder, owner);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(programs.initdb, folder, data, owner);
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Three nodes, their pools, and whoever looks on.
    max_connections: 200,
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

  const start = async (/** @type {number} */ port) => {
    const child = await startChild(programs.postgres, ['-D', data, '-p', String(port), ...flags], {
      cwd: folder,
      ...owner,
    });
    return { child, port, isUp: await whenReady(child, () => child.said().includes('ready to accept connections')) };
  };
  /** Others look for free ports as well; and who was killed leaves children that hold its memory for a moment. */
  const insist = async (/** @type {number | undefined} */ port) => {
    for (let left = 100; ; left -= 1) {
      const started = await start(port ?? (await freePort()));
      if (started.isUp) return started;
      const said = started.child.said();
      const isPassing = /still in use/.test(said) || (port === undefined && /Address already in use/.test(said));
      if (!isPassing || left === 0) throw new Stop(`Postgres did not start on port ${started.port}:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  let { child, port } = await insist(wanted);
  const urlOf = (/** @type {string} */ name) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
  const again = async () => {
    ({ child } = await insist(port));
  };
  return {
    url: urlOf('postgres'),
    port,
    get pid() {
      return child.pid;
    },
    get ended() {
      return child.ended;
    },
    async createDatabase(name) {
      const { rowCount } = await ask(urlOf('postgres'), 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await ask(urlOf('postgres'), `CREATE DATABASE ${quoted(name)}`);
      return urlOf(name);
    },
    async dropDatabase(url) {
      const name = decodeURIComponent(new URL(url).pathname.slice(1));
      await ask(urlOf('postgres'), `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
    },
    start: again,
    async restart({ mode = 'fast' } = {}) {
      await child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await again();
    },
    kill: (signal = 'SIGKILL') => child.kill(signal),
    async stop() {
      // What is taken away need not be written down first.
      await child.kill(given === undefined ? 'SIGQUIT' : 'SIGINT');
      forget();
    },
    said: () => child.said(),
  };
}

/** @param {string} data @returns {import('./postgres-programs.mjs').Owner} */
function ownerOf(data) {
  const { uid, gid } = statSync(data);
  return process.getuid?.() === 0 ? { uid, gid } : {};
}

/**
 * Lets the owner come to the folder: those that `mkdtemp` makes are closed to others.
 * @param {string} folder
 * @param {import('./postgres-programs.mjs').Owner} owner
 */
function open(folder, { uid, gid }) {
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const { mode } = statSync(above);
    if ((mode & 0o001) !== 0) continue;
    if (!above.startsWith(join(tmpdir(), '/'))) {
      throw new Stop(`Postgres does not run as root, and others cannot come to ${folder} since ${above} is closed.`);
    }
    chmodSync(above, mode | 0o011);
  }
}

/**
 * The order of text is a human's, not that of code points: whoever relies on one or the other has to say so.
 * @param {string} initdb
 * @param {string} folder
 * @param {string} data
 * @param {import('./postgres-programs.mjs').Owner} owner
 */
async function initialise(initdb, folder, data, owner) {
  const secret = join(folder, 'password');
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (owner.uid !== undefined) chownSync(secret, owner.uid, owner.gid);
  const args = ['--pgdata', data, '--username', user, '--pwfile', secret, '--auth', 'scram-sha-256'];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  // Nobody relies on what is not there yet; from the first start on, everything is synced.
  const child = await startChild(initdb, [...args, ...locale, '--no-sync'], { cwd: folder, ...owner });
  const { status } = await child.ended;
  rmSync(secret);
  if (status !== 0) throw new Stop(`Postgres could not make its folder ${data}:\n${child.said()}`);
}

/** @param {string} name */
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/**
 * @param {string} url
 * @param {string} sql
 * @param {string[]} [values]
 * @returns {Promise<{ rowCount: number | null }>}
 */
async function ask(url, sql, values = []) {
  /** @type {typeof import('pg')} */
  const pg = createRequire(join(root, 'packages/store/package.json'))('pg');
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
