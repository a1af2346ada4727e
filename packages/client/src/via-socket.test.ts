// What goes over the socket and what does not, and what becomes of a request that stays without a reply.
import { problem, type SocketRequest } from '@stet/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Ask, answerOf } from './api.js';
import type { ConnectionState } from './connection.js';
import { createViaSocket, type ViaSocket } from './via-socket.js';

const open = {
  ...{ kind: 'open', id: 'c1', transport: 'websocket', user: { id: 'ana', name: 'Ana' } },
} satisfies ConnectionState;
const waiting: ConnectionState = { kind: 'waiting', attempt: 1, until: 0 };
const read: Ask = { method: 'GET', path: '/workspaces/catalogue/books/7' };
const save: Ask = {
  ...{ method: 'PATCH', path: '/workspaces/catalogue/books/7?onConflict=merge', body: { title: 'Dune' } },
  headers: { 'idempotency-key': 'k1', 'if-match': '"3-e"' },
};

let frames: SocketRequest[];
let overRest: Ask[];
let restSays: Answer;
let doubts: number;
let via: ViaSocket;

function create(within?: number): ViaSocket {
  return createViaSocket({
    rest: async (ask) => {
      overRest.push(ask);
      return restSays;
    },
    user: 'ana',
    send(up) {
      frames.push(up);
      return true;
    },
    doubt() {
      doubts += 1;
    },
    ...(within === undefined ? {} : { within }),
  });
}

beforeEach(() => {
  [frames, overRest, doubts] = [[], [], 0];
  restSays = answerOf(200, new Headers({ etag: '"4-e"' }), 'by REST');
  via = create();
  via.state(open);
});

const reply = (frame: SocketRequest | undefined, body: unknown, status = 200) =>
  via.hear({ type: 'reply', ref: frame?.ref ?? '', status, headers: { etag: '"4-e"' }, body });

describe('a request', () => {
  test('goes out as it is, and its reply is the answer', async () => {
    const answer = via.api(save);
    expect(frames).toEqual([{ type: 'request', ref: expect.any(String), ...save }]);
    reply(frames[0], { title: 'Dune' });
    const headers = new Headers({ etag: '"4-e"' });
    expect(await answer).toEqual({ kind: 'ok', status: 200, body: { title: 'Dune' }, headers });
    expect(overRest).toEqual([]);
  });

  test('is answered as soon as it is done, whatever was asked before it', async () => {
    const done: string[] = [];
    const [first, second] = [
      via.api(save).then(() => done.push('first')),
      via.api(read).then(() => done.push('second')),
    ];
    reply(frames[1], {});
    await second;
    reply(frames[0], {});
    await first;
    expect(done).toEqual(['second', 'first']);
  });

  test('that is refused is told so as over REST', async () => {
    const answer = via.api(save);
    const body = problem('unauthenticated');
    reply(frames[0], body, 401);
    expect(await answer).toMatchObject({ kind: 'refused', problem: body });
    expect(overRest).toEqual([]);
  });
});

describe('[C7] over REST goes', () => {
  const restOnly: Array<[why: string, ask: Ask, state?: ConnectionState]> = [
    ['what is asked while no socket is open', save, waiting],
    ['what would go out on the socket of somebody else', save, { ...open, user: { id: 'ben', name: 'Ben' } }],
    ['a write without a key, which could not be asked twice', { ...save, headers: {} }],
    ['a body of 200 KB', { ...save, body: { notes: 'x'.repeat(200_000) } }],
    ['a body of which SockJS makes more than a frame', { ...save, body: { notes: 'ß"'.repeat(6_000) } }],
    ['a header that no frame takes', { ...save, headers: { ...save.headers, 'x-note': 'x'.repeat(2_000) } }],
  ];

  test.each(restOnly)('%s', async (_why, ask, state = open) => {
    via.state(state);
    expect(await via.api(ask)).toEqual(restSays);
    expect([frames, overRest]).toEqual([[], [ask]]);
  });

  test('what would not fit beside what is under way, since both may have to wait and go out together', async () => {
    const long = { ...save, body: { notes: 'x'.repeat(30_000) } };
    const first = via.api(long);
    expect(await via.api(long)).toEqual(restSays);
    reply(frames[0], {});
    await first;
    const third = via.api(long);
    reply(frames[1], {});
    await third;
    expect(overRest).toHaveLength(1);
  });

  test.each(['too-many-requests', 'too-large'] as const)('what the socket has no room for: %s', async (name) => {
    const answer = via.api(save);
    reply(frames[0], problem(name), problem(name).status);
    expect(await answer).toEqual(restSays);
    expect(overRest).toEqual([save]);
  });
});

describe('[V7] a request whose reply never comes is asked again in the same words', () => {
  test('when the socket is lost', async () => {
    const [first, second] = [via.api(save), via.api(read)];
    via.state(waiting);
    expect(await Promise.all([first, second])).toEqual([restSays, restSays]);
    expect(overRest).toEqual([save, read]);
    // Too late: that request is over.
    via.state(open);
    reply(frames[0], 'by socket');
    expect(overRest).toHaveLength(2);
  });

  test('when the socket is silent; until it speaks again it is not relied on', async () => {
    via = create(20);
    via.state(open);
    expect(await via.api(save)).toEqual(restSays);
    expect([overRest, doubts]).toEqual([[save], 1]);
    expect(await via.api(read)).toEqual(restSays);
    expect(frames).toHaveLength(1);
    reply(frames[0], 'too late');
    const third = via.api(read);
    reply(frames[1], 'by socket');
    expect(await third).toMatchObject({ body: 'by socket' });
    expect(overRest).toEqual([save, read]);
  });

  test.each([
    ['forbidden', 'leaves open what became of it', true],
    ['stale-version', 'tells that nothing was done', false],
  ] as const)('and a refusal as %s then %s', async (name, _means, isLost) => {
    restSays = answerOf(problem(name).status, new Headers(), problem(name));
    const answer = via.api(save);
    via.state(waiting);
    expect(await answer).toEqual({ ...restSays, ...(isLost ? { lost: true } : {}) });
  });
});

test('[S4] what was under way when the session ended goes out in no other name', async () => {
  const answer = via.api(save);
  via.state({ kind: 'closed', why: 'signed-out' });
  expect(await answer).toMatchObject({ kind: 'unreachable' });
  expect(overRest).toEqual([]);
});
