import { once } from 'node:events';
import { type Logger, pino } from 'pino';
import { shownUrl } from '../addresses.js';
import { type Config, localOrigins } from '../config.js';
import { type Engine, openEngine } from '../engine.js';
import { holderOf } from '../operator/ask.js';
import { type Channel, openChannel } from '../operator/channel.js';
import type { Heard } from '../operator/operations.js';
import { type Running, serve } from '../server.js';
import type { Asked } from './command.js';
import { demoBooks, demoPassword, demoUsers, makeDemo } from './demo.js';
import { type Ending, failed, ok } from './ending.js';
import { freePort, isLoopback, whyNot } from './listening.js';
import { progressView } from './progress.js';
import { onStopSignal } from './signals.js';
import { note, say, table } from './terminal.js';

// channel (the folder is ours) → port → engine → demo → server → a signal → and all of it back again

export async function serving(asked: Asked): Promise<Ending> {
  const demo = asked.flags.demo === true;
  const sink = pino.destination({ dest: 2, sync: false });
  // A person at a terminal reads along with the demo.
  const level = demo && !process.env.LOG_LEVEL ? 'warn' : asked.config.logLevel;
  const log = pino({ level }, sink);
  dieOfTheUnknown(log);
  const channel = await openChannel(asked.config.data, asked.what, log);
  if (!channel) return failed(await takenBy(asked.config.data));
  const stop = new AbortController();
  const forget = onStopSignal((signal) => {
    log.info({ signal }, 'stopping');
    if (process.stderr.isTTY) note('\nStopping …');
    stop.abort();
  });
  try {
    return await withEngine({ ...asked, demo, log, signal: stop.signal }, channel);
  } finally {
    await channel.release();
    forget();
    sink.flushSync();
  }
}

interface Serving extends Asked {
  demo: boolean;
  log: Logger;
  signal: AbortSignal;
}

async function withEngine(serving: Serving, channel: Channel): Promise<Ending> {
  const free = await freePort(serving.config);
  if (free.kind === 'taken') return failed(free.message);
  const config = { ...serving.config, port: free.port };
  const origins = config.origins.length > 0 ? config.origins : localOrigins(config.port);
  const engine = await openEngine(config, serving.log, origins);
  try {
    channel.open(engine);
    const ready = serving.demo ? await withDemo(engine, serving) : ok;
    if (ready.kind !== 'ok' || serving.signal.aborted) return ready;
    return await listening(engine, serving);
  } finally {
    await channel.drain('stop');
    await engine.close();
  }
}

async function withDemo(engine: Engine, { config, signal }: Serving): Promise<Ending> {
  if (!isLoopback(config.host)) {
    note(`stet: whoever reaches ${config.host} can sign in to this demo: its password is known to all.`);
  }
  const progress = progressView('Loading the demo', demoBooks);
  const onHeard = (heard: Heard) => {
    if (heard.kind === 'progress') progress.show(heard.progress);
  };
  try {
    const demo = await makeDemo(
      engine,
      { onHeard, signal },
      {
        begins: () => note('Making the demo (a few seconds) …'),
        waits: () => note('Waiting for another process that is at this database …'),
      },
    );
    return demo.kind === 'refused' ? failed(`The demo could not be made. ${demo.message}`) : ok;
  } finally {
    progress.end();
  }
}

async function listening(engine: Engine, { config, demo, json, signal }: Serving): Promise<Ending> {
  let server: Running;
  try {
    server = await serve(engine, config.origins);
  } catch (error) {
    // Somebody may have taken the port since we looked.
    const why = whyNot(error as NodeJS.ErrnoException, engine.config.port, config.host);
    if (why === null) throw error;
    return failed(why);
  }
  const { url, port } = server;
  const { pid } = process;
  const mode = config.testMode ? { testMode: true } : {};
  const on = { data: config.data, database: databaseOf(config), bus: busOf(config), ...mode };
  engine.log.info({ url, pid, ...on }, 'listening');
  if (config.testMode) engine.log.warn({ url }, testModeText);
  if (json) say(JSON.stringify({ url, port, pid, ...on }));
  else say(welcome(url, config, demo));
  if (!signal.aborted) await once(signal, 'abort');
  await server.stop();
  return ok;
}

const databaseOf = ({ database }: Config): string => (database ? shownUrl(database.url) : 'sqlite');
const busOf = ({ redis }: Config): string => (redis === null ? 'memory' : shownUrl(redis));

const whereabouts = (config: Config): string =>
  config.database === null
    ? `The data is in ${config.data}.`
    : `The data is in ${databaseOf(config)}` +
      (config.redis === null ? ', for this node alone.' : `; other nodes are heard of over ${busOf(config)}.`);

/** Nobody must take such a server for a real one. */
const testModeText = 'TEST MODE: a manager can hold anybody’s requests, by /api/test/holds. Not for real data.';

function welcome(url: string, config: Config, demo: boolean): string {
  const people = demoUsers.map(({ username, name, role }) => [`  ${username}`, name, role]);
  const who = demo
    ? ['', table(['  USER', 'NAME', 'ROLE'], people), '', `  Password for all: ${demoPassword}`, '']
    : [];
  const mode = config.testMode ? ['', testModeText, ...(demo ? [] : [''])] : [];
  return [`Stet is at ${url}`, ...mode, ...who, `${whereabouts(config)} Ctrl+C stops Stet.`].join('\n');
}

async function takenBy(data: string): Promise<string> {
  const holder = await holderOf(data);
  const who = holder ? `${holder.what} (process ${holder.pid})` : 'Another process';
  return `${who} is using ${data}: stop it first, or name another folder with --data.`;
}

/** Whoever goes on after what nobody planned for may write what nobody meant. */
function dieOfTheUnknown(log: Logger): void {
  // A rejection that nobody handles comes here too.
  process.prependListener('uncaughtException', (error) => {
    log.fatal({ err: error }, 'stopped by an unexpected error');
    process.exit(1);
  });
}
