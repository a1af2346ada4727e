// No package with a known hole stands in package-lock.json, and no registry's address; and proof that either would be seen.
import { describe, expect, test } from 'vitest';
import { compareVersions, findAddresses, findBelow, type Lock } from './floors.js';
import { readJson } from './repository.js';

const lock = readJson<Lock>('package-lock.json');

test('every package in the lock file is at or above its floor', () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  expect(findBelow(lock)).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(findAddresses(lock)).toEqual([]);
});

test('packages that open a server for everybody on the network stay out', () => {
  const names = Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
  expect(names).not.toContain('@vitest/ui');
  expect(names).not.toContain('@vitest/browser');
});

describe('a planted violation is found', () => {
  const plant = (path: string, entry: Lock['packages'][string]): Lock => ({
    packages: { ...lock.packages, [path]: entry },
  });

  test.each([
    ['node_modules/kysely', '0.28.16'],
    ['node_modules/sockjs/node_modules/uuid', '8.3.2'],
    ['node_modules/a/node_modules/uuid', '13.9.9'],
    ['packages/store/node_modules/better-sqlite3', '12.6.2'],
    ['node_modules/websocket-driver', '0.7.5-beta.1'],
    ['node_modules/a/node_modules/path-to-regexp', '0.1.12'],
    ['node_modules/a/node_modules/path-to-regexp', '6.3.0'],
    ['node_modules/a/node_modules/vite', '7.3.1'],
  ])('%s %s', (path, version) => {
    const below = findBelow(plant(path, { version }));
    expect(below).toHaveLength(1);
    expect(below[0]).toContain(`${path} ${version} is below`);
  });

  test.each([
    ['node_modules/a/node_modules/path-to-regexp', '0.1.13'],
    ['node_modules/a/node_modules/uuid', '11.2.0'],
    ['node_modules/a/node_modules/uuid', '15.0.0'],
    ['node_modules/a/node_modules/vite', '7.10.0'],
  ])('but %s %s is let through', (path, version) => {
    expect(findBelow(plant(path, { version }))).toEqual([]);
  });

  test.each(['https://registry.example/a/-/a-1.0.0.tgz', 'git+ssh://git@example.org/a.git#1'])('%s', (resolved) => {
    expect(findAddresses(plant('node_modules/a', { version: '1.0.0', resolved }))).toEqual(['node_modules/a']);
  });

  test('numbers are compared as numbers', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
    expect(compareVersions('2.0.0-rc.1', '2.0.0')).toBeLessThan(0);
    expect(compareVersions('2.0.0+build-5', '2.0.0')).toBe(0);
  });
});
