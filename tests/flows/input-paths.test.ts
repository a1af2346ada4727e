import { connect as connectTcp } from 'node:net';
import type { Problem } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { match } from '../support/api.js';
import { at, books } from '../support/story.js';
import { untouched } from '../support/untouched.js';

// Bad paths, methods and headers, and what is hardly HTTP at all: each is answered, and the next request is served.

const on = untouched();
const repeat = (text: string, times: number) => text.repeat(times);

describe('[S3] a path that leads nowhere', () => {
  const paths = [
    '/api',
    '/api/',
    '/api/nothing',
    '/api/workspaces',
    '/api/workspaces/catalogue',
    '/api/workspaces/catalogue/',
    '/api/workspaces/catalogue/dragons',
    '/api/workspaces/catalogue/__proto__',
    '/api/workspaces/catalogue/constructor/x',
    '/api/workspaces/__proto__/books',
    '/api/workspaces/%/books',
    '/api/workspaces/%E0%A4%A/books',
    '/api/workspaces/catalogue/books/',
    '/api/workspaces/catalogue/books//versions',
    `${books}/%00`,
    `${books}/a%00b`,
    `${books}/%ED%A0%80`,
    `${books}/%`,
    `${books}/%zz/versions`,
    `${books}/..%2f..%2fme`,
    `${books}/${repeat('x', 4_000)}`,
    `${books}/%F0%9F%92%A9`,
    `${books}/x/versions/%00`,
    `${books}/x/restore/y`,
    '/api/auth/nothing',
    '/api/auth/sign-up/email',
    '/api/auth/../auth/sign-up',
    '/problems/nothing',
    '/problems/__proto__',
    '/problems/constructor',
    '/nothing/at/all',
    '/w/%2e%2e/x',
  ];
  test.each(paths)('%s', async (path) => {
    const { status, headers } = await on.ana.get<Problem>(path);
    // The pages of the editor are for people; all else says what it is.
    if (!path.startsWith('/w/'))
      expect([status, headers['content-type']?.split(';')[0]]).toEqual([404, 'application/problem+json']);
    else expect(status).toBeLessThan(500);
  });

  test('garbage in the query is refused, or is nothing', async () => {
    for (const query of [
      '%',
      '%E0%A4%A',
      '=',
      '&&&',
      '%00=1',
      'a[b]=1',
      'a[]=1',
      '__proto__[x]=1',
      '?',
      repeat('a=1&', 1_000),
    ]) {
      const { status } = await on.ana.get(`${books}?${query}`);
      expect([query, status]).toEqual([query, query === '&&&' ? 200 : 400]);
    }
  });

  test('a percent sign that is none, where Express itself reads the path', async () => {
    for (const path of [
      '/api/auth/%',
      '/problems/%',
      '/problems/%E0%A4%A',
      '/%',
      '/%E0%A4%A',
      '/w/%',
      '/favicon%.ico',
    ]) {
      const { status, headers } = await on.ana.get(path);
      expect([path, [400, 404].includes(status), headers['content-type']?.split(';')[0]]).toEqual([
        path,
        true,
        'application/problem+json',
      ]);
    }
  });
});

describe('[S3] a method that the path does not know', () => {
  test('is told which there are', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'PURGE', 'TRACE', 'PROPFIND', 'OPTIONS']) {
      const { status, headers, body } = await on.ana.ask<Problem>(method, books);
      expect([method, status, body.type, headers.allow]).toEqual([
        method,
        405,
        '/problems/method-not-allowed',
        'GET, POST',
      ]);
    }
    expect((await on.ana.ask('POST', at(on.book))).headers.allow).toBe('GET, PUT, PATCH, DELETE');
    expect((await on.ana.ask('GET', '/api/rt/ticket')).headers.allow).toBe('POST');
    expect((await on.ana.ask('DELETE', '/api/auth/sign-out')).status).toBe(405);
  });
  test('HEAD is answered like GET, without the body', async () => {
    const { status, headers, text } = await on.story.http.ask({ method: 'HEAD', path: '/livez' });
    expect([status, text]).toEqual([200, '']);
    const head = await on.ana.ask('HEAD', at(on.book));
    expect([head.status, head.text, head.headers.etag]).toEqual([
      200,
      '',
      (await on.ana.get(at(on.book))).headers.etag,
    ]);
    expect(headers['x-request-id']).toBeDefined();
  });
});

describe('[S3] headers', () => {
  test('too long a header or URL is refused as such', async () => {
    for (const length of [20_000, 200_000]) {
      const asked = [
        () => on.ana.get<Problem>(books, { 'x-long': repeat('x', length) }),
        () => on.ana.get<Problem>(`${books}?q=${repeat('x', length)}`),
        () => on.ana.get<Problem>(`/${repeat('x', length)}`),
      ];
      for (const ask of asked) {
        const { status, body } = await ask();
        expect([status, body.type]).toEqual([431, '/problems/headers-too-large']);
      }
    }
  });
  test('what a write says of itself is bounded', async () => {
    for (const name of ['idempotency-key', 'stet-connection']) {
      for (const value of [repeat('x', 201), 'a b', 'ä', '\u00ff\u00fe', '\t']) {
        const { status } = await on.ana.patch<Problem>(at(on.book), { pages: 1 }, { ...match(on.book), [name]: value });
        expect([name, value, status]).toEqual([name, value, 400]);
      }
    }
  });
  test('two bases are one too many, however they come', async () => {
    const two = { 'if-match': [`"${on.book.etag}"`, '"1-other"'] };
    expect((await on.ana.patch(at(on.book), { pages: 1 }, two)).status).toBe(400);
  });
});

/** Sends bare bytes, and gives what comes back until the server ends the connection. */
const rawly = (bytes: string | Buffer, hangUp = false): Promise<string> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port: on.story.running.port });
    let seen = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      seen += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(seen));
    socket.write(bytes);
    if (hangUp) socket.end();
  });

describe('[S3] what is hardly HTTP', () => {
  const host = 'host: x\r\n';
  const cases: Array<[string, string | Buffer, number]> = [
    ['an unknown method', `BREW /api/me HTTP/1.1\r\n${host}\r\n`, 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'binary',
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a, 0x0d, 0x0a]),
      400,
    ],
    ['a header without a colon', 'GET /api/me HTTP/1.1\r\nhost\r\n\r\n', 400],
    ['two lengths', `POST ${books} HTTP/1.1\r\n${host}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `POST ${books} HTTP/1.1\r\n${host}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'a broken chunk',
      `POST ${books} HTTP/1.1\r\n${host}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
    ['an absolute target', `GET http://evil.example/api/nothing HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 404],
    ['an absolute target that is none', `GET http://[::1/api/me HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 400],
    ['a target that is none', `GET http://:99999999/api/me HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 400],
    ['two slashes', `GET //api/me HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 404],
    ['a star', `OPTIONS * HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 400],
    [
      'an expectation that nobody can fulfil',
      `GET /api/me HTTP/1.1\r\n${host}expect: tea\r\nconnection: close\r\n\r\n`,
      417,
    ],
  ];
  test.each(cases)('%s', async (_name, bytes, status) => {
    const answer = await rawly(bytes);
    expect(answer.split('\r\n', 1)[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status !== 417) expect(answer).toContain('application/problem+json');
  });
  test('a body that never comes whole is nobody’s business', async () => {
    const head = `PATCH ${at(on.book)} HTTP/1.1\r\n${host}content-type: application/json\r\ncontent-length: 100\r\n\r\n`;
    expect(await rawly(`${head}{"title":`, true)).not.toContain('HTTP/1.1 5');
  });
});
