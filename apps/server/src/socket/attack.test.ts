// What clients that mean harm get: a clear refusal or the loss of their own connection, and nobody else notices.
// A throw that got away would end the process, and with it this run.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { closings } from './closings.js';
import {
  ask,
  clientFrame,
  handshake,
  maxFrame,
  openRaw,
  openRawWebSocket,
  ownOrigin,
  type Raw,
  startTestServer,
  type TestServer,
  upgradeRequest,
} from './testing.js';
import type { Wire } from './transport.js';

const patience = { timeout: 15_000, interval: 10 };
let server: TestServer;
let bystander: Raw;
let heard: string[];
let turn = 0;

beforeAll(async () => {
  server = await startTestServer({ onWire: listener });
  bystander = await openRawWebSocket(server.port);
});
afterAll(() => server.stop());
beforeEach(() => {
  heard = [];
  // Whatever the test before has done, the bystander's conversation goes on.
  return async () => {
    turn += 1;
    bystander.write(clientFrame('text', `["turn ${turn}"]`));
    await bystander.until(`a["turn ${turn}"]`);
  };
});

function listener(wire: Wire) {
  return {
    message(text: string) {
      heard.push(text);
      if (text.startsWith('turn')) wire.send(text);
      if (text === 'leave') wire.close(closings.refused.code, closings.refused.reason);
    },
    closed() {},
  };
}

const post = (path: string, body = '', headers: Record<string, string> = {}) =>
  ask(server.port, { method: 'POST', path, body, headers });
const problem = async (answer: ReturnType<typeof ask>) => {
  const { status, headers, body } = await answer;
  expect(headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({
    status,
    type: expect.stringMatching(/^\/problems\//),
    detail: expect.any(String),
  });
  return status;
};
const openSession = async (session: string) => {
  expect(await post(`/rt/0/${session}/xhr`)).toMatchObject({ status: 200, body: 'o\n' });
};

describe('[S2] a page of another origin', () => {
  const foreign = { origin: 'https://evil.example' };

  test('can neither ask, open a socket nor write', async () => {
    await openSession('victim00');
    for (const path of [
      '/rt',
      '/rt/info',
      '/rt/websocket',
      '/rt/iframe.html',
      '/rt/0/victim00/websocket',
      '/rt/0/victim00/jsonp?c=x',
    ]) {
      expect([path, await problem(ask(server.port, { path, headers: foreign }))]).toEqual([path, 403]);
    }
    for (const door of ['xhr', 'xhr_streaming', 'xhr_send', 'jsonp_send']) {
      const path = `/rt/0/victim00/${door}`;
      expect([path, await problem(post(path, '["stolen"]', foreign))]).toEqual([path, 403]);
      expect(await problem(ask(server.port, { method: 'OPTIONS', path, headers: foreign }))).toBe(403);
    }
    expect(
      await problem(ask(server.port, { path: '/rt/0/victim00/websocket', headers: { ...handshake, ...foreign } })),
    ).toBe(403);
    expect(heard).toEqual([]);
  });

  test('gets no permission to read, and neither does anybody else', async () => {
    for (const headers of [foreign, { origin: ownOrigin }, {}] as Record<string, string>[]) {
      const answer = await ask(server.port, { path: '/rt/info', headers });
      expect(
        Object.keys(answer.headers).filter((name) => name.startsWith('access-control') || name === 'set-cookie'),
      ).toEqual([]);
    }
  });

  test('cannot hide by sending no origin', async () => {
    expect(await problem(ask(server.port, { path: '/rt/info', headers: { 'sec-fetch-site': 'cross-site' } }))).toBe(
      403,
    );
    expect(await problem(post('/rt/0/victim01/xhr', '', { 'sec-fetch-site': 'same-site' }))).toBe(403);
  });

  test('while our own page gets in', async () => {
    const own = { origin: ownOrigin, 'sec-fetch-site': 'same-origin' };
    expect(await ask(server.port, { path: '/rt/info?t=1', headers: own })).toMatchObject({ status: 200 });
    expect(await post('/rt/0/ownpage0/xhr', '', own)).toMatchObject({ status: 200, body: 'o\n' });
  });
});

describe('[S3] a path', () => {
  test('of a transport that is not offered leads nowhere', async () => {
    for (const path of [
      '/rt/websocket',
      '/rt/iframe.html',
      '/rt/iframe-1.html',
      '/rt/0/a/jsonp?c=x',
      '/rt/0/a/htmlfile?c=x',
      '/rt/0/a/eventsource',
    ]) {
      expect([path, await problem(ask(server.port, { path }))]).toEqual([path, 404]);
    }
    for (const path of ['/rt/0/a/jsonp_send', '/rt/chunking_test'])
      expect([path, await problem(post(path, '[]'))]).toEqual([path, 404]);
    expect(await problem(ask(server.port, { path: '/rt/websocket', headers: handshake }))).toBe(404);
  });

  test('may name a session like a member of every object', async () => {
    for (const session of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      await openSession(session);
      expect(await post(`/rt/0/${session}/xhr_send`, '["here"]')).toMatchObject({ status: 204 });
    }
    expect(heard).toEqual(['here', 'here', 'here', 'here']);
  });
});

describe('[S3] an xhr_send', () => {
  test('whose body is not a list of strings is told so and changes nothing', async () => {
    await openSession('sender00');
    const send = (body: string | Buffer, type = 'text/plain') =>
      problem(
        ask(server.port, { method: 'POST', path: '/rt/0/sender00/xhr_send', body, headers: { 'content-type': type } }),
      );
    for (const body of [
      '',
      'x',
      '{}',
      'null',
      '"a"',
      '["a", 5]',
      '[{"a":1}]',
      '[null]',
      '[["a"]]',
      '{"__proto__":null}',
      '['.repeat(60_000),
    ]) {
      expect([body.slice(0, 20), await send(body)]).toEqual([body.slice(0, 20), 400]);
    }
    expect(await send(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))).toBe(400);
    expect(await send('["a"]', 'application/x-www-form-urlencoded')).toBe(415);
    expect(await problem(post('/rt/0/nobody00/xhr_send', '["a"]'))).toBe(404);
    expect(heard).toEqual([]);
    expect(await post('/rt/0/sender00/xhr_send', '["a"]')).toMatchObject({ status: 204 });
    expect(heard).toEqual(['a']);
  });

  test('that announces too much is refused before it is read', async () => {
    await openSession('sender01');
    for (const door of ['xhr_send', 'xhr', 'xhr_streaming']) {
      const raw = openRaw(server.port);
      raw.write(`POST /rt/0/sender01/${door} HTTP/1.1\r\nhost: x\r\ncontent-length: ${maxFrame + 1}\r\n\r\n[`);
      expect(await raw.until('/problems/too-large')).toContain('HTTP/1.1 413');
      raw.socket.destroy();
    }
  });

  test('that streams too much unannounced is cut', async () => {
    await openSession('sender02');
    for (const door of ['xhr_send', 'xhr', 'jsonp_send']) {
      const raw = openRaw(server.port);
      raw.write(`POST /rt/0/sender02/${door} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
      for (let n = 0; n <= 16; n++) raw.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`);
      await raw.gone;
    }
    expect(heard).toEqual([]);
  });

  test('that was cut leaves no session behind for the requests piped after it', async () => {
    const small = await startTestServer({ maxFrame: 10 });
    const raw = openRaw(small.port);
    const cut =
      'POST /rt/0/sender03/jsonp_send HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nb\r\n["too long"\r\n0\r\n\r\n';
    const next = 'POST /rt/0/sender04/xhr_streaming HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';
    raw.write(`${cut}${next}${next.replace('sender04', 'sender05')}`);
    await raw.gone;
    await vi.waitFor(() => expect(small.transport.count()).toBe(0), patience);
    await small.stop();
  });
});

describe('[S2] the id of an XHR session', () => {
  const own = { cookie: 'session=own' };
  const others = [{}, { cookie: 'session=other' }, { cookie: '' }] as Record<string, string>[];

  test('opens nothing for who shows another credential: it is as if it were unknown', async () => {
    expect(await post('/rt/0/stolen00/xhr', '', own)).toMatchObject({ status: 200, body: 'o\n' });
    const unknown = await post('/rt/0/nowhere0/xhr_send', '["x"]', own);
    for (const headers of others) {
      for (const door of ['xhr', 'xhr_streaming', 'xhr_send']) {
        expect(await problem(post(`/rt/0/stolen00/${door}`, '["stolen"]', headers))).toBe(404);
      }
      expect((await post('/rt/0/stolen00/xhr_send', '["stolen"]', headers)).body).toBe(unknown.body);
    }
    expect(heard).toEqual([]);
    expect(await post('/rt/0/stolen00/xhr_send', '["turn mine"]', own)).toMatchObject({ status: 204 });
    expect(await post('/rt/0/stolen00/xhr', '', own)).toMatchObject({ status: 200, body: 'a["turn mine"]\n' });
  });

  test('that was opened without any is no good with one', async () => {
    await openSession('plain000');
    expect(await problem(post('/rt/0/plain000/xhr', '', own))).toBe(404);
  });
});

describe('[S3] an upgrade', () => {
  test('of an old draft or with garbage in its headers is refused', async () => {
    const hixie75 = { connection: 'Upgrade', upgrade: 'WebSocket' };
    const hixie76 = {
      ...hixie75,
      'sec-websocket-key1': '4 @1  46546xW%0l 1 5',
      'sec-websocket-key2': '12998 5 Y3 1  .P00',
    };
    const bad = [
      hixie75,
      hixie76,
      { ...handshake, 'sec-websocket-version': '8' },
      { ...handshake, 'sec-websocket-version': '13, 8' },
      { ...handshake, 'sec-websocket-key': '\u00ff\u00fe' },
      { ...handshake, upgrade: 'h2c' },
      { ...handshake, upgrade: 'websocket, websocket' },
      { ...handshake, upgrade: '\u0001'.repeat(10) },
    ];
    for (const headers of bad) {
      const raw = openRaw(server.port);
      raw.write(upgradeRequest(headers));
      expect(await raw.until('}').catch(String)).toMatch(/HTTP\/1.1 400|closed after/);
      // The client keeps its side open; that must not keep the server's.
      await vi.waitFor(() => {
        raw.write('and on');
        expect(raw.socket.closed).toBe(true);
      }, patience);
    }
    expect(await problem(ask(server.port, { path: '/rt/info', headers: handshake }))).toBe(400);
  });

  test('may ask for extensions that nobody can read', async () => {
    for (const extensions of ['permessage-deflate; client_max_window_bits', '===', `a; b="${'\\'.repeat(5_000)}`]) {
      const raw = openRaw(server.port);
      raw.write(upgradeRequest({ ...handshake, 'sec-websocket-extensions': extensions }));
      expect(await raw.until('\x81\x01o')).not.toContain('permessage');
      raw.socket.destroy();
    }
  });

  test('may bring its first frames along, and they may be anything', async () => {
    const frames = [
      clientFrame('text', 'garbage'),
      clientFrame('close', ''),
      Buffer.alloc(100, 0xff),
      clientFrame('text', '["early"]'),
    ];
    for (const frame of frames) {
      const raw = openRaw(server.port);
      raw.write(Buffer.concat([Buffer.from(upgradeRequest()), frame]));
      await raw.until('HTTP/1.1 101');
      raw.socket.destroy();
      await raw.gone;
    }
  });

  test('may break off at any point', async () => {
    for (const bytes of [
      upgradeRequest(),
      upgradeRequest().slice(0, 100),
      upgradeRequest({ ...handshake, origin: 'https://evil.example' }),
    ]) {
      const raw = openRaw(server.port);
      raw.socket.once('connect', () => {
        raw.write(bytes);
        raw.socket.resetAndDestroy();
      });
      await raw.gone;
    }
  });
});

describe('[S3] a WebSocket frame', () => {
  test('over the bound costs its connection, in one piece or in many', async () => {
    const whole = await openRawWebSocket(server.port);
    whole.write(clientFrame('text', `["${'x'.repeat(maxFrame)}"]`));
    await whole.gone;

    const pieces = await openRawWebSocket(server.port);
    pieces.write(clientFrame('text', '["', false));
    for (let n = 0; n < 17; n++) pieces.write(clientFrame('continuation', 'x'.repeat(4_096), false));
    await pieces.gone;

    const unfinished = await openRawWebSocket(server.port);
    unfinished.write(Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]));
    await unfinished.gone;
  });

  test('of endless empty pieces, or pings without end, fills no memory', async () => {
    for (const frame of [clientFrame('continuation', '', false), clientFrame('ping', '')]) {
      const raw = await openRawWebSocket(server.port);
      raw.write(clientFrame('text', '["', false));
      const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
      const pour = () => {
        while (raw.socket.writable && raw.socket.write(many));
      };
      raw.socket.on('drain', pour);
      pour();
      await raw.gone;
    }
  });

  test('that is not a SockJS frame costs its connection', async () => {
    for (const text of ['garbage', '["a"', '[,]', 'undefined']) {
      const raw = await openRawWebSocket(server.port);
      raw.write(clientFrame('text', text));
      await raw.until('Broken framing.');
      raw.socket.destroy();
    }
    const unmasked = await openRawWebSocket(server.port);
    unmasked.write(Buffer.from([0x81, 0x02, 0x5b, 0x5d]));
    await unmasked.gone;
    expect(heard).toEqual([]);
  });

  test('may hold what is no string: it is heard as nothing that could be understood', async () => {
    const raw = await openRawWebSocket(server.port);
    raw.write(clientFrame('text', '[5, null, {"type":"hello"}, [["a"]], true, "text"]'));
    raw.write(clientFrame('text', '{"type":"hello"}'));
    raw.write(clientFrame('text', '7'));
    raw.write(clientFrame('text', '[]'));
    raw.write(clientFrame('text', '["turn last"]'));
    await raw.until('a["turn last"]');
    expect(heard).toEqual(['', '', '', '', '', 'text', '', '', 'turn last']);
    raw.socket.destroy();
  });

  test('may hold more messages than the first that ends the connection', async () => {
    const raw = await openRawWebSocket(server.port);
    raw.write(clientFrame('text', '["leave", "and", "talk", "on"]'));
    await raw.until(`c[${closings.refused.code},`);
    expect(heard).toEqual(['leave']);
    raw.socket.destroy();
  });
});

test('[S3] a client that talks on after the goodbye is heard no more, and cut at once', async () => {
  const raw = await openRawWebSocket(server.port);
  raw.write(clientFrame('text', '["leave"]'));
  const words = Buffer.concat(Array.from({ length: 100 }, () => clientFrame('text', '["and on"]')));
  const pour = () => {
    while (raw.socket.writable && raw.socket.write(words));
  };
  raw.socket.on('drain', pour);
  pour();
  await raw.gone;
  expect(heard).toEqual(['leave']);
});

test('[S3] a client that ignores the goodbye is cut', async () => {
  const raw = await openRawWebSocket(server.port);
  raw.write(clientFrame('text', '["leave"]'));
  await raw.until(`c[${closings.refused.code},`);
  await raw.gone;
});

test('[H4] what a client does not read is counted, and freed when it is let go', async () => {
  let wire: Wire | undefined;
  const full = await startTestServer({
    onWire(opened) {
      wire = opened;
      return { message() {}, closed() {} };
    },
  });
  const raw = await openRawWebSocket(full.port);
  raw.socket.pause();
  const message = 'x'.repeat(100_000);
  for (let n = 0; n < 200; n++) wire?.send(message);
  expect(wire?.buffered()).toBeGreaterThan(1_000_000);
  wire?.close(closings['too-slow'].code, closings['too-slow'].reason);
  await vi.waitFor(() => expect(wire?.buffered()).toBe(0), patience);
  raw.socket.destroy();
  await full.stop();
});
