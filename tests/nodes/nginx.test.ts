import type { Change, StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { match, type Person, personAt } from '../support/api.js';
import type { Stay } from '../support/delivery-account.js';
import { flawsOf } from '../support/delivery-check.js';
import { wholeLog } from '../support/editors.js';
import { openEvents } from '../support/events.js';
import { type Http, httpTo } from '../support/http.js';
import { type Node, type Nodes, nginxConfiguration, startNodes } from '../support/nodes.js';
import { openEar } from '../support/recorded.js';
import { flawsIn, type Saver, startSaver } from '../support/saver.js';
import { cookieOf, password } from '../support/server.js';
import { type Connecting, connect, type Listener } from '../support/socket.js';
import { stet, temporaryFolder } from '../support/stet.js';
import { at, books, newBook } from '../support/story.js';
import { until } from '../support/until.js';

// Three nodes behind the nginx that operators get (deploy/nginx.conf): all that one node does, and nodes that come and go.

const workspace = 'catalogue';
const changesPath = `/api/workspaces/${workspace}/changes`;
const users = ['ana', 'ben'];

let all: Nodes;
let http: Http;
const people = new Map<string, Person>();
const tokens = new Map<string, string>();
const as = (name: string): Person => people.get(name) ?? expect.fail(`nobody is called ${name}`);
const bearer = (name: string) => ({ authorization: `Bearer ${tokens.get(name)}` });

beforeAll(async () => {
  all = await startNodes({ demo: true, env: { LOG_LEVEL: 'info' } });
  http = httpTo(all.url);
  for (const name of users) {
    people.set(name, personAt(http, { cookie: await cookieOf(all.url, name), origin: all.url }));
    const made = await stet(['token', 'create', name], { ...all.env, STET_DATA: temporaryFolder() });
    tokens.set(name, made.stdout.trim());
  }
}, 240_000);
afterAll(async () => {
  http?.close();
  await all?.stop();
});

/** How many sockets a node says that it has opened. */
const openedAt = (node: Node): number => node.said().split('"msg":"socket opened"').length - 1;

/** Sockets through nginx, which close with the test; and how many of them each node has opened. */
async function connectAll(count: number, options: Connecting): Promise<{ sockets: Listener[]; each: number[] }> {
  const before = all.nodes.map(openedAt);
  const opened = () => all.nodes.map((node, place) => openedAt(node) - (before[place] ?? 0));
  const sockets = await Promise.all(Array.from({ length: count }, () => connect(all.url, as('ben'), options)));
  onTestFinished(() => {
    for (const socket of sockets) socket.close();
  });
  // What is logged may come a moment later.
  await until('all are opened', () => opened().reduce((sum, each) => sum + each, 0) === count);
  return { sockets, each: opened() };
}

const ofBook =
  ({ id }: { id: string }, version: number) =>
  (change: { id: string; version: number }) =>
    change.id === id && change.version === version;

test('in the configuration, all that differs from place to place is on a line that says so', () => {
  const filled = nginxConfiguration({ folder: '/a "folder"', port: 4000, nodes: [4001] });
  const lines = filled.split('\n').filter((line) => !line.trim().startsWith('#'));
  expect(lines.filter((line) => /\/(var|run|etc|usr)\/|www-data|example\.org/.test(line))).toEqual([]);
  expect(lines.filter((line) => /^\s+server \d/.test(line))).toHaveLength(1);
});

test('[S2] people sign in through it, and a page of another origin does not', async () => {
  const { status, body } = await as('ana').get<{ user: { id: string } }>('/api/me');
  expect([status, body.user.id]).toEqual([200, 'ana']);
  const sign = (origin: string) =>
    http.ask({
      method: 'POST',
      path: '/api/auth/sign-in/username',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ username: 'ana', password }),
    });
  expect((await sign('https://evil.example')).status).toBe(403);
  expect((await sign(all.url)).status).toBe(200);
});

describe('sockets', () => {
  test.each(['xhr-streaming', 'xhr-polling'])(
    '[C7] %s stays with the node that knows its session',
    async (transport) => {
      const { sockets, each } = await connectAll(8, { transport });
      expect(each.filter((count) => count > 0).length, `sessions at the nodes: ${each}`).toBeGreaterThan(1);
      const book = await newBook(as('ana'));
      await Promise.all(sockets.map((socket) => socket.until('rt-change', ofBook(book, 1))));
      // What is said goes to where it is heard, several times over.
      for (let count = 1; count <= 3; count += 1) {
        const answers = await Promise.all(sockets.map((socket) => socket.request('GET', '/me')));
        expect(answers.map(({ status }) => status)).toEqual(sockets.map(() => 200));
      }
    },
  );

  test('[H2] WebSockets are at any node, and those at every node hear a change that was written at any', async () => {
    const { sockets, each } = await connectAll(9, {});
    expect(each.filter((count) => count > 0).length, `sockets at the nodes: ${each}`).toBeGreaterThan(1);
    const direct = await Promise.all(all.nodes.map(({ url }) => connect(url, as('ben'))));
    onTestFinished(() => {
      for (const socket of direct) socket.close();
    });
    let book = await newBook(as('ana'));
    for (let version = 2; version <= 7; version += 1) {
      const { status, body } = await as('ana').patch<StetRecord>(at(book), { pages: version }, match(book));
      expect(status).toBe(200);
      book = body;
    }
    for (const socket of [...sockets, ...direct]) {
      await socket.until('rt-change', ofBook(book, 7));
      const versions = socket.heard('rt-change').flatMap(({ id, version }) => (id === book.id ? [version] : []));
      expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });
});

describe('bytes', () => {
  test('[C7] an event stream comes as it is said, and uncompressed', async () => {
    const stream = await openEvents(all.url, changesPath, { ...bearer('ben'), 'accept-encoding': 'gzip' });
    onTestFinished(() => stream.close());
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(stream.headers['content-encoding']).toBeUndefined();
    for (const title of ['Dune', 'Dune Messiah']) {
      const book = await newBook(as('ana'), { title });
      await stream.until(({ id }: Change) => id === book.id);
    }
    expect(stream.isOver).toBe(false);
  });

  test('[V3] what is compressed has a weakened tag, and a save may name that', async () => {
    const book = await newBook(as('ana'), { title: 'Dune', summary: 'Sand. '.repeat(400) });
    const compressed = await http.ask({ path: at(book), headers: { ...bearer('ana'), 'accept-encoding': 'gzip' } });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    const weak = String(compressed.headers.etag);
    expect(weak).toBe(`W/"${book.etag}"`);
    const { status, body } = await as('ana').patch<StetRecord>(at(book), { pages: 412 }, { 'if-match': weak });
    expect([status, body.version]).toEqual([200, 2]);
    const stale = await as('ana').patch(at(book), { pages: 413 }, { 'if-match': weak });
    expect(stale.status).toBe(412);
    const page = await http.ask({ path: '/main.js', headers: { 'accept-encoding': 'gzip' } });
    expect([page.status, page.headers['content-encoding']]).toEqual([200, 'gzip']);
  });

  test('[S3] what is too large is refused in words of Stet', async () => {
    const { status, body } = await as('ana').post(books, { title: 'x'.repeat(300 * 1024) });
    expect([status, body.type]).toEqual([413, expect.stringContaining('too-large')]);
  });
});

describe('nodes that go', () => {
  const stays: Stay[] = users.map((user) => ({ user, workspace, role: 'editor', from: 0, until: null }));

  /** People save and listen through nginx while something happens. */
  async function meanwhile(what: string, happens: (savers: readonly Saver[]) => Promise<void>): Promise<void> {
    const ears = Array.from({ length: 9 }, (_, place) =>
      openEar({ name: `ear ${place}`, user: 'ben', url: all.url, token: tokens.get('ben') ?? '' }),
    );
    for (const { connection } of ears) connection.open();
    onTestFinished(() => {
      for (const { connection } of ears) connection.close();
    });
    const areOpen = () => ears.every(({ connection }) => connection.state.kind === 'open');
    await until('all listen', areOpen, 60_000);
    const savers = await Promise.all(
      Array.from({ length: 4 }, async () => startSaver(as('ana'), await newBook(as('ana')))),
    );
    await happens(savers);
    await Promise.all(savers.map((saver) => saver.goesOn()));
    await Promise.all(savers.map((saver) => saver.stop()));
    expect((await Promise.all(savers.map((saver) => flawsIn(as('ana'), saver)))).flat()).toEqual([]);

    await newBook(as('ana'), { title: `The last after ${what}` });
    const log = await wholeLog(as('ana'), workspace);
    const head = log.at(-1)?.seq ?? 0;
    const isLast = (frame: { kind: string; seq?: number }) => frame.kind === 'change' && frame.seq === head;
    const haveAll = () => ears.every(({ said }) => said.at(-1)?.frames.some(isLast));
    // What does not arrive is for the check to say.
    await until('all have heard all', haveAll, 60_000).catch(() => {});
    const flaws = flawsOf({ logs: { [workspace]: log }, stays, said: ears.flatMap(({ said }) => said), seen: [] });
    expect(flaws.slice(0, 10), `${flaws.length} flaws`).toEqual([]);

    const repeated = savers.reduce<Record<string, number>>((sum, saver) => {
      for (const [why, count] of Object.entries(saver.repeated)) sum[why] = (sum[why] ?? 0) + count;
      return sum;
    }, {});
    const saved = savers.reduce((sum, saver) => sum + saver.saved, 0);
    const again = Object.entries(repeated).map(([why, count]) => `${count} times for ${why}`);
    process.stdout.write(`${what}: ${saved} saves, asked again ${again.join(', ') || 'never'}\n`);
  }

  test('[V7] [H2] a rolling restart: every save goes through, once, and no reader misses a change', async () => {
    await meanwhile('a rolling restart', async (savers) => {
      await Promise.all(savers.map((saver) => saver.goesOn()));
      await all.roll(() => Promise.all(savers.map((saver) => saver.goesOn())));
    });
  });

  test('[V7] [H2] a node is killed, and comes back: the others go on, and so does everybody', async () => {
    await meanwhile('kill -9', async (savers) => {
      const [, second] = all.nodes;
      await Promise.all(savers.map((saver) => saver.goesOn()));
      await second?.kill('SIGKILL');
      await Promise.all(savers.map((saver) => saver.goesOn()));
      await second?.start();
    });
  });
});
