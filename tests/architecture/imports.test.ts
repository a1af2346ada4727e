// Keeps imports one-way and free of circles, over every source file of every package; and proves that it would notice.
import { describe, expect, test } from 'vitest';
import { findViolations, importsOf, type Package } from './imports.js';
import { type Manifest, readJson, readPackages, readSources } from './repository.js';

test('imports point one way, without circles, at named packages only', () => {
  const packages = readPackages();
  const { devDependencies = {} } = readJson<Manifest>('package.json');
  const sources = readSources(packages);
  expect(sources.length).toBeGreaterThan(0);
  expect(findViolations(sources, packages, Object.keys(devDependencies))).toEqual([]);
});

test('every kind of import is seen', () => {
  const text = `
    import a from 'a'; import type { B } from 'b'; import { type C } from 'c'; import 'd';
    export * from 'e'; export type { F } from 'f'; const g = await import('g');
    // import h from 'h';
  `;
  expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

describe('a planted violation is found', () => {
  const packages: Package[] = [
    { folder: 'packages/protocol', name: '@stet/protocol', dependencies: ['zod', 'express'] },
    { folder: 'packages/store', name: '@stet/store', dependencies: ['@stet/protocol', '@stet/server', 'kysely'] },
    { folder: 'packages/client', name: '@stet/client', dependencies: ['@stet/protocol', 'backbone', 'lit-html'] },
    { folder: 'apps/server', name: '@stet/server', dependencies: ['@stet/protocol', '@stet/store'] },
    { folder: 'apps/web', name: '@stet/web', dependencies: ['@stet/client', 'lit-html'] },
  ];
  const check = (files: Record<string, string>, extra: Package[] = []) =>
    findViolations(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      [...packages, ...extra],
      ['vitest'],
    );

  test.each([
    ['store → server', 'packages/store/src/a.ts', "import type { X } from '@stet/server';", 'against the order'],
    ['web → store', 'apps/web/src/a.ts', "import { x } from '@stet/store';", 'against the order'],
    ['deep import', 'apps/server/src/a.ts', "import { x } from '@stet/store/src/sqlite.js';", "another package's face"],
    ['leaving by path', 'apps/server/src/a.ts', "import { x } from '../../../packages/store/src/x.js';", 'leaves its'],
    ['protocol and express', 'packages/protocol/src/a.ts', "import x from 'express';", 'more than its place allows'],
    ['protocol and Node', 'packages/protocol/src/a.ts', "import { join } from 'path';", 'Node built-in'],
    ['client and Node', 'packages/client/src/a.ts', "import { readFile } from 'node:fs/promises';", 'Node built-in'],
    ['client and DOM', 'packages/client/src/a.ts', "import { html } from 'lit-html';", 'DOM library'],
    ['not named', 'packages/store/src/a.ts', "import { x } from 'pino';", 'package.json does not name'],
    [
      'test tool in the code',
      'packages/store/src/a.ts',
      "import { test } from 'vitest';",
      'package.json does not name',
    ],
    ['unnamed in a test', 'packages/store/src/a.test.ts', "import x from 'pino';", 'package.json does not name'],
  ])('%s', (_name, path, text, reason) => {
    const violations = check({ [path]: text });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(path);
    expect(violations[0]).toContain(reason);
  });

  test('a circle, of types alone and of three files', () => {
    const violations = check({
      'packages/store/src/a.ts': "import type { B } from './b.js';",
      'packages/store/src/b.ts': "export { c } from './deep/c.js';",
      'packages/store/src/deep/c.ts': "import type { A } from '../a.js';",
    });
    expect(violations).toEqual([
      'imports go in a circle: packages/store/src/a.ts → packages/store/src/b.ts → packages/store/src/deep/c.ts → packages/store/src/a.ts',
    ]);
  });

  test('a file that imports itself', () => {
    expect(check({ 'apps/web/src/a.ts': "import { a } from './a.js';" })).toHaveLength(1);
  });

  test('a package without a place in the order', () => {
    const stranger = { folder: 'packages/new', name: '@stet/new', dependencies: [] };
    expect(check({}, [stranger])).toEqual(['@stet/new has no place in the order']);
  });

  test('and what is allowed is let through', () => {
    const violations = check({
      'packages/protocol/src/a.ts': "import * as z from 'zod'; import './b.js';",
      'packages/protocol/src/b.ts': '',
      'packages/store/src/a.ts': "import 'node:fs'; import 'kysely/helpers/sqlite'; import '@stet/protocol';",
      'packages/store/src/a.test.ts': "import 'vitest'; import './a.js';",
      'packages/client/src/a.test.ts': "import 'node:http';",
      'apps/web/src/a.ts': "import 'lit-html/directives/repeat.js'; import '@stet/client';",
    });
    expect(violations).toEqual([]);
  });
});
