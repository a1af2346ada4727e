import { expect, test } from 'vitest';
import { readRedisUrl } from './address.js';

const local = { host: '127.0.0.1', port: 6379 };

test.each([
  ['redis://127.0.0.1', { kind: 'single', hosts: [local], tls: false }],
  ['redis://127.0.0.1/', { kind: 'single', hosts: [local], tls: false }],
  ['redis://[::1]:7000/2', { kind: 'single', hosts: [{ host: '::1', port: 7000 }], database: 2, tls: false }],
  [
    'rediss://stet:p%40ss:w@cache.example:6380',
    {
      kind: 'single',
      hosts: [{ host: 'cache.example', port: 6380 }],
      username: 'stet',
      password: 'p@ss:w',
      tls: true,
    },
  ],
  ['redis://:secret@127.0.0.1', { kind: 'single', hosts: [local], password: 'secret', tls: false }],
  [
    'redis+cluster://a:7000,b:7001,c',
    {
      kind: 'cluster',
      hosts: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 7001 },
        { host: 'c', port: 6379 },
      ],
      tls: false,
    },
  ],
  [
    'rediss+cluster://:x@a/0',
    { kind: 'cluster', hosts: [{ host: 'a', port: 6379 }], password: 'x', database: 0, tls: true },
  ],
])('%s is read', (url, address) => {
  expect(readRedisUrl(url)).toEqual(address);
});

test.each([
  '',
  'redis://',
  'http://127.0.0.1',
  'redis://a,b',
  'redis+cluster://a,,b',
  'redis+cluster://a/1',
  'redis://a:0',
  'redis://a:65536',
  'redis://a:x',
  'redis://%zz@a',
  'redis://a/b',
  'redis://a/0?x=1',
  'redis+sentinel://a',
])('%j is refused', (url) => {
  expect(readRedisUrl(url)).toBeNull();
});
