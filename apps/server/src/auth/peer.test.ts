import { expect, test } from 'vitest';
import { peerOf } from './peer.js';

const asking = (forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: '10.0.0.1' },
});

test.each([
  [0, undefined, '10.0.0.1'],
  [0, '203.0.113.7', '10.0.0.1'],
  [1, '203.0.113.7', '203.0.113.7'],
  [1, '2001:db8::7', '2001:db8::7'],
  [2, '203.0.113.7, 10.0.0.2', '203.0.113.7'],
])('behind %i proxies, "%s" came from %s', (proxies, forwarded, peer) => {
  expect(peerOf(asking(forwarded), proxies)).toBe(peer);
});

test('what somebody puts before it is not believed', () => {
  expect(peerOf(asking('198.51.100.1, 203.0.113.7'), 1)).toBe('203.0.113.7');
  expect(peerOf(asking('198.51.100.1, 203.0.113.7, 10.0.0.2'), 2)).toBe('203.0.113.7');
});

test.each([undefined, '', ' ,', 'unknown', '203.0.113.7:80', '<b>'])(
  'whoever has not come through them all is at the socket’s address: %s',
  (forwarded) => {
    expect(peerOf(asking(forwarded), 1)).toBe('10.0.0.1');
    expect(peerOf(asking('203.0.113.7'), 2)).toBe('10.0.0.1');
  },
);
