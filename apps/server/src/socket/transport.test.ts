// What clients that mean well get: the same conversation over every transport, with SockJS's own client.

import { Writable } from 'node:stream';
import { pino } from 'pino';
import SockJS from 'sockjs-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closings } from './closings.js';
import { ask, openRaw, openRawWebSocket, type Raw, startTestServer, type TestServer } from './testing.js';
import type { SocketOptions, Wire } from './transport.js';

const transports = ['websocket', 'xhr-streaming', 'xhr-polling'];
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function start(options: Partial<SocketOptions> = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  onTestFinished(() => server.stop());
  return server;
}

/** A SockJS client that remembers what it heard. */
async function join(server: TestServer, transport: string) {
  const socket = new SockJS(server.url, null, { transports: transport, timeout: 10_000 });
  onTestFinished(() => socket.close());
  const heard: string[] = [];
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.onclose = ({ code, reason }) => done({ code, reason });
  });
  socket.onmessage = ({ data }) => heard.push(data);
  await new Promise<void>((done, fail) => {
    socket.onopen = () => done();
    void closed.then(({ code, reason }) => fail(new Error(`closed: ${code} ${reason}`)));
  });
  return {
    heard,
    closed,
    say: (text: string) => socket.send(text),
    leave: () => socket.close(),
    hears: (...texts: string[]) => eventually(() => expect(heard).toEqual(texts)),
  };
}

/** A server that does nothing with its wires but keep them, and what was heard on them. */
async function listen(options: Partial<SocketOptions> = {}) {
  const wires: Wire[] = [];
  const events: string[] = [];
  const server = await start({
    onWire(wire) {
      wires.push(wire);
      return { message: (text) => events.push(text), closed: () => events.push('closed') };
    },
    ...options,
  });
  const first = () => {
    const [wire] = wires;
    if (!wire) throw new Error('no wire');
    return wire;
  };
  return { server, wires, events, first };
}

describe.each(transports)('over %s', (transport) => {
  test('two clients talk at once, and each hears its own', async () => {
    const server = await start();
    const [ana, ben] = await Promise.all([join(server, transport), join(server, transport)]);
    for (const n of [1, 2, 3]) {
      ana.say(`ana ${n}`);
      ben.say(`ben ${n} "Œuvre" 📚 \u2028`);
    }
    await ana.hears('heard ana 1', 'heard ana 2', 'heard ana 3');
    await ben.hears('heard ben 1 "Œuvre" 📚 \u2028', 'heard ben 2 "Œuvre" 📚 \u2028', 'heard ben 3 "Œuvre" 📚 \u2028');
  });

  test('a wire says what it is', async () => {
    const { server, first } = await listen();
    await join(server, transport);
    expect(first()).toMatchObject({ transport, remoteAddress: '127.0.0.1', id: expect.stringMatching(/^[\w-]{36}$/) });
  });

  test('all that was sent before a close arrives before it, and nothing after', async () => {
    const { server, first, events } = await listen();
    const ana = await join(server, transport);
    const messages = Array.from({ length: 300 }, (_, n) => `{"n":${n},"text":"${'x'.repeat(n)}"}`);
    for (const message of messages) first().send(message);
    first().close(4401, 'Signed out');
    first().send('too late');
    first().close(4400, 'a second close');
    expect(server.transport.count()).toBe(0);
    expect(await ana.closed).toEqual({ code: 4401, reason: 'Signed out' });
    expect(ana.heard).toEqual(messages);
    await eventually(() => expect(events).toEqual(['closed']));
  });

  test('a client that leaves is noticed', async () => {
    const { server, events } = await listen();
    const ana = await join(server, transport);
    expect(server.transport.count()).toBe(1);
    ana.leave();
    await eventually(() => expect(events).toEqual(['closed']));
    expect(server.transport.count()).toBe(0);
  });

  test('when the server stops, every client is told so', async () => {
    const { server, events } = await listen();
    const [ana, ben] = await Promise.all([join(server, transport), join(server, transport)]);
    await server.transport.close();
    expect(await Promise.all([ana.closed, ben.closed])).toEqual([closings.stopping, closings.stopping]);
    expect(events).toEqual(['closed', 'closed']);
    await expect(join(server, transport)).rejects.toThrow('closed: 2000');
  });

  test('[S3] a handler that throws costs its connection and no other', async () => {
    const lines: string[] = [];
    const log = pino(new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }));
    const server = await start({
      log,
      onWire: (wire) => ({
        message(text) {
          if (text === 'secret bomb') throw new Error('boom');
          wire.send(text);
        },
        closed() {
          throw new Error('boom at the end');
        },
      }),
    });
    const [ana, eve] = await Promise.all([join(server, transport), join(server, transport)]);
    eve.say('secret bomb');
    eve.say('and on');
    expect(await eve.closed).toEqual(closings.failed);
    ana.say('still here');
    await ana.hears('still here');
    await eventually(() => expect(lines.filter((line) => line.includes('boom at the end'))).toHaveLength(1));
    expect(lines.filter((line) => line.includes('"boom"'))).toHaveLength(1);
    expect(lines.join('')).not.toContain('secret');
  });

  test('[S3] a handler that throws at the very start costs its connection and no other', async () => {
    let wires = 0;
    const server = await start({
      onWire(wire) {
        wires += 1;
        if (wires === 1) throw new Error('boom');
        return { message: (text) => wire.send(text), closed() {} };
      },
    });
    const eve = await join(server, transport);
    expect(await eve.closed).toEqual(closings.failed);
    expect(server.transport.count()).toBe(0);
    const ana = await join(server, transport);
    ana.say('still here');
    await ana.hears('still here');
  });

  test('[S3] an oversize frame costs its connection and no other', async () => {
    const server = await start();
    const [ana, eve] = await Promise.all([join(server, transport), join(server, transport)]);
    ana.say('before');
    eve.say('x'.repeat(70_000));
    await eve.closed;
    ana.say('after');
    await ana.hears('heard before', 'heard after');
    expect(eve.heard).toEqual([]);
    await eventually(() => expect(server.transport.count()).toBe(1));
  });
});

test('[H4] who has not read is known by its bytes, holds up nobody, and is let go', async () => {
  const { server, wires } = await listen();
  const slow = await ask(server.port, { method: 'POST', path: '/rt/0/slowpoke/xhr' });
  expect(slow.body).toBe('o\n');
  const quick = await join(server, 'websocket');
  const [slowWire, quickWire] = wires as [Wire, Wire];
  for (let n = 0; n < 100; n++) {
    slowWire.send('x'.repeat(1_000));
    quickWire.send('x'.repeat(1_000));
  }
  expect(slowWire.buffered()).toBe(100_000);
  await eventually(() => expect(quick.heard).toHaveLength(100));
  expect(quickWire.buffered()).toBe(0);

  const caughtUp = await ask(server.port, { method: 'POST', path: '/rt/0/slowpoke/xhr' });
  expect(JSON.parse(caughtUp.body.slice(1))).toHaveLength(100);
  expect(slowWire.buffered()).toBe(0);
  slowWire.close(closings['too-slow'].code, closings['too-slow'].reason);
  const goodbye = await ask(server.port, { method: 'POST', path: '/rt/0/slowpoke/xhr' });
  expect(goodbye.body).toBe(`c${JSON.stringify([closings['too-slow'].code, closings['too-slow'].reason])}\n`);
});

describe('[H4] what waits for who does not read', () => {
  test('is told when it leaves: on a WebSocket, as it is read', async () => {
    let flows = 0;
    let wire: Wire | undefined;
    const server = await start({
      onWire(opened) {
        wire = opened;
        const flowing = () => {
          flows += 1;
        };
        return { message() {}, flowing, closed() {} };
      },
    });
    const raw = await openRawWebSocket(server.port);
    onTestFinished(() => void raw.socket.destroy());
    raw.socket.pause();
    const waiting = () => wire?.buffered() ?? Number.NaN;
    while (waiting() < 1_000_000) wire?.send('x'.repeat(100_000));
    flows = 0;
    raw.socket.resume();
    await eventually(() => expect(waiting()).toBe(0));
    expect(flows).toBeGreaterThan(0);
  });

  test('is told when it leaves: to a poll, with the next one', async () => {
    let flows = 0;
    let wire: Wire | undefined;
    const server = await start({
      onWire(opened) {
        wire = opened;
        return { message() {}, flowing: () => void flows++, closed() {} };
      },
    });
    const poll = () => ask(server.port, { method: 'POST', path: '/rt/0/dreamer0/xhr' });
    await poll();
    wire?.send('x'.repeat(1_000_000));
    expect(wire?.buffered()).toBe(1_000_000);
    flows = 0;
    await poll();
    await eventually(() => expect(flows).toBeGreaterThan(0));
    expect(wire?.buffered()).toBe(0);
  });

  test('counts in all the polls that were answered and are not read', async () => {
    const { server, first } = await listen();
    expect((await ask(server.port, { method: 'POST', path: '/rt/0/hoarder0/xhr' })).body).toBe('o\n');
    const raws: Raw[] = [];
    onTestFinished(() => raws.forEach(({ socket }) => void socket.destroy()));
    for (let count = 1; count <= 3; count += 1) {
      // More than a network holds that nobody reads from.
      first().send('x'.repeat(15_000_000));
      const raw = openRaw(server.port);
      raws.push(raw);
      raw.socket.pause();
      raw.write('POST /rt/0/hoarder0/xhr HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
      await eventually(() => expect(first().buffered()).not.toBe(count * 15_000_000));
      await eventually(() => expect(first().buffered()).toBeGreaterThan(count * 5_000_000));
    }
  });
});

test('[S3] a full server says so, and has room again when somebody leaves', async () => {
  const server = await start({ maxConnections: 2 });
  const ana = await join(server, 'websocket');
  await join(server, 'xhr-streaming');
  const refused = await ask(server.port, { method: 'POST', path: '/rt/0/newcomer/xhr' });
  expect(refused).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5', 'content-type': 'application/problem+json' },
  });
  expect(JSON.parse(refused.body)).toMatchObject({ type: '/problems/unavailable', status: 503 });
  ana.leave();
  await eventually(() => expect(server.transport.count()).toBe(1));
  const ben = await eventually(() => join(server, 'websocket'));
  ben.say('in');
  await ben.hears('heard in');
});

test('what is not under the prefix is left to the next handler', async () => {
  const server = await start();
  expect(await ask(server.port, { path: '/rtx' })).toMatchObject({ status: 418 });
  expect(await ask(server.port, { path: '/api/books' })).toMatchObject({ status: 418 });
});
