import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Connection, type ConnectionState, createApi } from '@stet/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Block, type Gateway, openGateway } from '../support/gateway.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { until } from '../support/until.js';

// The client's connection through a gateway that has its own idea of what may pass.

let server: InProcess;
let token: string;
beforeAll(async () => {
  server = await startInProcess();
  await server.user('ana', { catalogue: 'editor' });
  token = await server.token('ana');
});
afterAll(() => server.stop());

type Times = NonNullable<ConstructorParameters<typeof Connection>[0]['times']>;

interface Connecting {
  connection: Connection;
  gateway: Gateway;
  /** All that it has been, in order. */
  states: ConnectionState[];
  /** Waits until it is open for the n-th time, and answers by which transport. */
  opened(times: number): Promise<string>;
}

async function connecting(prepare: (gateway: Gateway) => unknown, times: Times): Promise<Connecting> {
  const gateway = await openGateway();
  onTestFinished(() => gateway.stop());
  gateway.lead(server.url);
  await prepare(gateway);
  const states: ConnectionState[] = [];
  const connection = new Connection({
    api: createApi({ base: `${gateway.url}/api`, headers: { authorization: `Bearer ${token}` } }),
    url: `${gateway.url}/rt`,
    cursors: () => ({}),
    message() {},
    state: (state) => void states.push(state),
    times,
  });
  onTestFinished(() => connection.close());
  connection.open();
  const open = () => states.filter((state) => state.kind === 'open');
  const opened = (times: number) => until(`it is open, time ${times}`, () => open()[times - 1]?.transport);
  return { connection, gateway, states, opened };
}

/** By polls, there are moments at which nothing is under way that could be lost. */
const lose = (connection: Connection, meet: () => void): Promise<unknown> =>
  until('it is lost', () => {
    if (connection.state.kind !== 'open') return true;
    meet();
    return false;
  });

/** So long that whatever waits for it fails. */
const never = 1_000_000;
const patient = { silence: never, pong: never, soon: never, greet: never, steady: never };

/** What has to be kept from passing, so that a transport is the best that passes. */
const better: Record<'websocket' | 'xhr-streaming' | 'xhr-polling', Block[]> = {
  websocket: [],
  'xhr-streaming': ['websocket'],
  'xhr-polling': ['websocket', 'streaming-buffered'],
};

describe('[C7] the best transport that passes', () => {
  test.each([
    ['websocket', better.websocket],
    ['xhr-streaming', better['xhr-streaming']],
    ['xhr-polling', better['xhr-polling']],
    ['xhr-polling', ['websocket-hang', 'streaming-buffered'] satisfies Block[]],
  ] as const)('is %s where these are kept from passing: %j', async (transport, blocks) => {
    const { opened } = await connecting((gateway) => gateway.block(...blocks), { ...patient, transport: 100 });
    expect(await opened(1)).toBe(transport);
  });

  test('is where the next one begins, until the network is another', async () => {
    const blocked = (gateway: Gateway) => gateway.block('websocket', 'streaming-buffered');
    const { connection, gateway, opened } = await connecting(blocked, { ...patient, transport: 100 });
    expect(await opened(1)).toBe('xhr-polling');
    gateway.block();
    await lose(connection, () => gateway.cut());
    expect(await opened(2)).toBe('xhr-polling');
    await lose(connection, () => gateway.cut());
    connection.wake('network');
    expect(await opened(3)).toBe('websocket');
  });

  test('is none that opens and then carries nothing', async () => {
    const { opened } = await connecting((gateway) => gateway.block('websocket-mute'), { ...patient, greet: 300 });
    expect(await opened(1)).toBe('xhr-streaming');
  });
});

describe('a half-open link', () => {
  test.each(['websocket', 'xhr-streaming', 'xhr-polling'] as const)('by %s is found by asking', async (transport) => {
    const { connection, gateway, opened } = await connecting((gateway) => gateway.block(...better[transport]), {
      ...patient,
      silence: 300,
      pong: 300,
      transport: 100,
    });
    await opened(1);
    await lose(connection, () => gateway.abandon());
    expect(await opened(2)).toBe(transport);
  });

  test('is found soon by whoever looks at the page again, who does not wait either', async () => {
    const { connection, gateway, states, opened } = await connecting(() => {}, { ...patient, soon: 300 });
    await opened(1);
    gateway.abandon();
    connection.wake();
    await opened(2);
    expect(states.map(({ kind }) => kind)).not.toContain('waiting');
  });

  test('is none that answers, however often it is asked', async () => {
    const { connection, gateway, states, opened } = await connecting(() => {}, { ...patient, silence: 20 });
    await opened(1);
    connection.wake();
    connection.wake('network');
    await until('it has answered again and again', () => gateway.told.split('pong').length > 5);
    expect(states.at(-1)?.kind).toBe('open');
    expect(states.filter(({ kind }) => kind === 'open')).toHaveLength(1);
  });

  test('is found by a machine that has slept', async () => {
    const { gateway, opened } = await connecting(() => {}, { ...patient, silence: 200, soon: 300, slept: 100 });
    await opened(1);
    gateway.abandon();
    // Nothing in this process moves on meanwhile, as in a machine whose lid is closed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    await opened(2);
  });
});

test('whoever waits tries at once when woken', async () => {
  const { connection, gateway, opened, states } = await connecting(() => {}, patient);
  await opened(1);
  gateway.lead('http://127.0.0.1:1');
  gateway.cut();
  await until('it waits after some tries in vain', () => {
    const { state } = connection;
    return state.kind === 'waiting' && state.attempt >= 3;
  });
  gateway.lead(server.url);
  const before = states.length;
  connection.wake();
  expect(states[before]).toEqual({ kind: 'asking' });
  await opened(2);
});

test('a connection that opens and dies at once, again and again, is tried after longer and longer pauses', async () => {
  const { gateway, states, opened } = await connecting(() => {}, patient);
  for (const time of [1, 2, 3]) {
    await opened(time);
    gateway.cut();
  }
  await opened(4);
  expect(states.flatMap((state) => (state.kind === 'waiting' ? [state.attempt] : []))).toEqual([1, 2, 3]);
});

test('a server that takes connections and says nothing is not waited for without end', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const lead = (gateway: Gateway) => gateway.lead(`http://127.0.0.1:${port}`);
  const { gateway, opened } = await connecting(lead, { ...patient, ask: 300 });
  await once(silent, 'connection');
  gateway.lead(server.url);
  await opened(1);
});
