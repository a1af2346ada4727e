import { describe, expect, test } from 'vitest';
import { type Facts, judge, routeOf, type Verdict } from './guard.js';
import { handshake } from './testing.js';

const rules = { origins: ['https://stet.example'], maxFrame: 1_000 };
const poll: Facts = {
  upgrade: false,
  method: 'POST',
  route: { kind: 'session', session: 'abcdefgh', door: 'xhr' },
  headers: { origin: 'https://stet.example' },
  known: false,
  foreign: false,
  full: false,
};
const open: Facts = {
  ...poll,
  upgrade: true,
  method: 'GET',
  route: { kind: 'session', session: 'abcdefgh', door: 'websocket' },
  headers: { ...poll.headers, ...handshake },
};
const send: Facts = { ...poll, route: { kind: 'session', session: 'abcdefgh', door: 'xhr_send' }, known: true };

const answer = (verdict: Verdict) => (verdict.kind === 'pass' ? 'pass' : verdict.problem.status);
const judged = (facts: Facts, change: Partial<Facts> = {}) => answer(judge({ ...facts, ...change }, rules));
const withHeaders = (facts: Facts, headers: Facts['headers']) =>
  judged({ ...facts, headers: { ...facts.headers, ...headers } });

test('what Stet uses passes', () => {
  expect([poll, open, send].map((facts) => judged(facts))).toEqual(['pass', 'pass', 'pass']);
  expect(judged(poll, { method: 'GET', route: { kind: 'info' } })).toBe('pass');
  expect(judged(poll, { method: 'GET', route: { kind: 'greeting' } })).toBe('pass');
  expect(judged(poll, { method: 'OPTIONS' })).toBe('pass');
});

describe('[S2] the origin', () => {
  test('is one of the list, to the letter', () => {
    const others = [
      'https://evil.example',
      'http://stet.example',
      'https://stet.example:444',
      'https://stet.example.evil',
      'null',
      '',
    ];
    for (const origin of others) {
      expect([origin, withHeaders(poll, { origin }), withHeaders(open, { origin })]).toEqual([origin, 403, 403]);
    }
    expect(withHeaders(poll, { origin: 'https://stet.example, https://evil.example' })).toBe(403);
  });

  test('may be missing for programs and for pages of this server, not for pages of others', () => {
    const without = (site?: string) => judged(poll, { headers: site === undefined ? {} : { 'sec-fetch-site': site } });
    expect([without(), without('same-origin'), without('none')]).toEqual(['pass', 'pass', 'pass']);
    expect([without('same-site'), without('cross-site'), without('anything')]).toEqual([403, 403, 403]);
  });

  test('is asked before anything else is told', () => {
    const headers = { origin: 'https://evil.example' };
    expect(judged(poll, { headers, route: { kind: 'nothing' } })).toBe(403);
    expect(judged(poll, { headers, method: 'DELETE', full: true })).toBe(403);
    expect(judged(send, { headers, known: false })).toBe(403);
  });
});

describe('[S3] the path', () => {
  test('is under the prefix, or none of our business', () => {
    for (const url of ['/', '/rtx', '/rtx/info', '/api/rt/info', '//rt/info', 'http://[/rt/info', '']) {
      expect([url, routeOf(url, '/rt')]).toEqual([url, null]);
    }
  });

  test('leads to what Stet uses and nowhere else', () => {
    const kinds = (urls: string[]) => urls.map((url) => routeOf(url, '/rt')?.kind);
    expect(kinds(['/rt', '/rt/', '/rt?t=1'])).toEqual(['greeting', 'greeting', 'greeting']);
    expect(routeOf('/rt/info?t=17', '/rt')).toEqual({ kind: 'info' });
    expect(routeOf('/rt/123/abc_-9/xhr_send?t=17', '/rt')).toEqual({
      kind: 'session',
      session: 'abc_-9',
      door: 'xhr_send',
    });
    const doors = ['jsonp', 'jsonp_send', 'htmlfile', 'eventsource', 'XHR', 'xhr/', 'websocket/x', ''];
    const paths = [
      '/websocket',
      '/iframe.html',
      '/iframe-1.6.1.html',
      '/chunking_test',
      '/info/',
      '/a/b%2fc/xhr',
      '/a/b.c/xhr',
    ];
    const nowhere = [...doors.map((door) => `/rt/123/abc/${door}`), ...paths.map((path) => `/rt${path}`)];
    expect(new Set(kinds([...nowhere, `/rt/1/${'s'.repeat(129)}/xhr`]))).toEqual(new Set(['nothing']));
    expect(judged(poll, { route: { kind: 'nothing' } })).toBe(404);
  });

  test('knows its methods and names them', () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', ''])
      expect([method, judged(poll, { method })]).toEqual([method, 405]);
    expect(judge({ ...poll, method: 'PUT' }, rules)).toMatchObject({ headers: { allow: 'POST, OPTIONS' } });
    expect(judged(open, { method: 'POST' })).toBe(405);
  });
});

describe('[S3] an upgrade', () => {
  test('is RFC 6455 in version 13, with a key', () => {
    for (const version of ['', '0', '7', '8', '12', '14', '13, 13', '013']) {
      expect([version, withHeaders(open, { 'sec-websocket-version': version })]).toEqual([version, 400]);
    }
    for (const key of ['', 'x', 'dGhlIHNhbXBsZSBub25jZQ', `${handshake['sec-websocket-key']}, x`]) {
      expect([key, withHeaders(open, { 'sec-websocket-key': key })]).toEqual([key, 400]);
    }
    const verdict = judge({ ...open, headers: { upgrade: 'websocket' } }, rules);
    expect(verdict).toMatchObject({ problem: { status: 400 }, headers: { 'sec-websocket-version': '13' } });
  });

  test('goes to the WebSocket only, and nothing else goes there', () => {
    expect(withHeaders(open, { upgrade: 'h2c' })).toBe(400);
    expect(withHeaders(open, { upgrade: 'WebSocket' })).toBe('pass');
    expect(judged(open, { upgrade: false })).toBe(400);
    expect(judged(poll, { upgrade: true })).toBe(400);
    expect(judged(open, { route: { kind: 'info' } })).toBe(400);
  });
});

test('[S3] a body that is announced too large is refused before it is read', () => {
  expect(withHeaders(send, { 'content-length': '1000' })).toBe('pass');
  expect(withHeaders(send, { 'content-length': '1001' })).toBe(413);
  expect(withHeaders(poll, { 'content-length': '99999999999999999999' })).toBe(413);
});

test('[S3] nobody sends to a session that is not open here', () => {
  expect(judged(send, { known: false })).toBe(404);
});

test('[S3] a full server takes no new connection and serves those it has', () => {
  expect(judged(open, { full: true })).toBe(503);
  expect(judge({ ...poll, full: true }, rules)).toMatchObject({
    problem: { status: 503 },
    headers: { 'retry-after': '5' },
  });
  expect(judged(poll, { full: true, known: true })).toBe('pass');
  expect(judged(send, { full: true })).toBe('pass');
  expect(judged(poll, { full: true, method: 'GET', route: { kind: 'info' } })).toBe('pass');
});
