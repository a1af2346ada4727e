import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shownUrl } from './addresses.js';
import { type Config, readConfig } from './config.js';

// What the surroundings say is judged before anything begins.

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'stet-config-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const keepDays = (text?: string) => {
  const read = readConfig({ STET_DATA: data, STET_LOG_KEEP_DAYS: text });
  return read.kind === 'ok' ? read.config.logKeepDays : read.errors;
};

test('the log is kept for 90 days, or as many as are asked for', () => {
  expect([keepDays(), keepDays(''), keepDays('1'), keepDays('36500')]).toEqual([90, 90, 1, 36_500]);
});

test.each([
  ['ninety', 'must be a number of days'],
  ['1.5', 'must be a whole number of days'],
  ['0', 'must be at least 1'],
  ['-1', 'must be at least 1'],
  ['36501', 'must be at most 36500'],
])('and %s is refused at the start, with the reason', (text, reason) => {
  expect(keepDays(text)).toEqual([`STET_LOG_KEEP_DAYS ${reason}`]);
});

const secret = 'one secret for all the nodes of a test';
const nodes = { STET_SECRET: secret, DATABASE_URL: 'postgres://stet@db:5432/stet', REDIS_URL: 'redis://bus:6379' };

function read(env: Record<string, string>): Config {
  const found = readConfig({ STET_DATA: data, ...env });
  if (found.kind === 'wrong') throw new Error(found.errors.join('; '));
  return found.config;
}

function errors(env: Record<string, string>): string[] {
  const found = readConfig({ STET_DATA: data, ...env });
  return found.kind === 'wrong' ? found.errors : [];
}

test('without a word it is SQLite in the folder, one node, and no proxy', () => {
  expect(read({})).toMatchObject({ database: null, redis: null, proxies: 0 });
});

test('with Postgres, Redis and proxies it is told of them', () => {
  expect(read({ ...nodes, STET_DATABASE_POOL: '20', STET_PROXIES: '2' })).toMatchObject({
    database: { url: nodes.DATABASE_URL, pool: 20 },
    redis: nodes.REDIS_URL,
    proxies: 2,
    secret,
  });
  expect(read({ DATABASE_URL: 'postgresql:///stet?host=/run/postgresql' }).database?.pool).toBe(10);
});

test.each([
  'redis://bus',
  'redis://:pass@bus:6379/2',
  'rediss://stet:p%40ss@[::1]:6380',
  'redis+cluster://a:7000,b:7001',
  'rediss+cluster://stet:pass@a:7000,b,[::1]:7002',
])('%s is Redis', (url) => {
  expect(read({ ...nodes, REDIS_URL: url }).redis).toBe(url);
});

test.each([
  ['DATABASE_URL', 'mysql://stet:hunter2@db/stet'],
  ['DATABASE_URL', 'db.example.org'],
  ['DATABASE_URL', 'postgres://stet:hunter2@db:port/stet'],
  ['REDIS_URL', 'http://hunter2@bus'],
  ['REDIS_URL', 'redis://:hunter2@a:6379,b:6379'],
  ['REDIS_URL', 'redis+cluster://:hunter2@a:6379/1'],
  ['REDIS_URL', 'redis://:hunter2@bus:port'],
  ['REDIS_URL', 'redis://'],
])('%s=%s is refused, with an example and without its password', (name, url) => {
  const [error = ''] = errors({ ...nodes, [name]: url });
  expect(error).toMatch(new RegExp(`^${name} must be a URL such as`));
  expect(error).not.toContain('hunter2');
});

test('Redis alone is refused: several nodes need one database, and one secret', () => {
  expect(errors({ REDIS_URL: nodes.REDIS_URL })).toEqual([
    'REDIS_URL needs DATABASE_URL: several nodes need one database',
    'REDIS_URL needs STET_SECRET, the same on every node: they sign sessions with it',
  ]);
});

test('proxies and connections have bounds', () => {
  expect(errors({ STET_PROXIES: '11', STET_DATABASE_POOL: '1' })).toEqual([
    'STET_DATABASE_POOL must be at least 2',
    'STET_PROXIES must be at most 10',
  ]);
  expect(errors({ STET_PROXIES: 'all' })).toEqual(['STET_PROXIES must be a number of proxies']);
});

test.each([
  ['postgres://stet:hunter2@db:5432/stet?password=hunter2', 'postgres://db:5432/stet'],
  ['postgresql:///stet?host=/run/postgresql', 'postgresql:///stet'],
  ['redis://:hun@ter2@bus:6379', 'redis://bus:6379'],
  ['redis+cluster://stet:hunter2@a:1,b:2', 'redis+cluster://a:1,b:2'],
])('what is shown of %s has no password', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

test('test mode is asked for, and never where the environment says that it is for real', () => {
  expect([read({}).testMode, read({ STET_TEST_MODE: '0' }).testMode, read({ STET_TEST_MODE: '1' }).testMode]).toEqual([
    false,
    false,
    true,
  ]);
  expect(errors({ STET_TEST_MODE: 'yes' })).toEqual(['STET_TEST_MODE must be 1, or 0']);
  const refused = ['STET_TEST_MODE lets testers hold requests: it goes with no NODE_ENV=production'];
  expect(errors({ STET_TEST_MODE: '1', NODE_ENV: 'production' })).toEqual(refused);
  expect(read({ NODE_ENV: 'production' }).testMode).toBe(false);
});
