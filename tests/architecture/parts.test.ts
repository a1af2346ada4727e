// What a test needs of the machine is said by its path, in scripts/lib/parts.mjs: where the part is missing, the test is
// left out, and named. One that is forgotten there would fail instead, without saying why.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parts } from '../../scripts/lib/parts.mjs';
import { importsOf } from './imports.js';
import { readPackages, readSources, root } from './repository.js';

const sources = new Map([
  ...readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [`tests/${name}`, readFileSync(join(root, 'tests', name), 'utf8')] as const),
  ...readSources(readPackages()).map(({ path, text }) => [path, text] as const),
]);

/** Says which part it takes: whoever calls one of these, or imports the file. */
const takes: Record<string, RegExp> = {
  Chromium: /\bprocess\.env\.STET_CHROMIUM\b/,
  'redis-server': /\bstart(Redis|RedisCluster|Nodes)\(/,
  nginx: /\bstart(Nginx|Nodes)\(/,
  CouchDB: /\bstartCouch\(/,
};

/** A test with all of tests/support that it stands on. */
function textOf(path: string, seen = new Set<string>()): string {
  const text = sources.get(path);
  if (text === undefined || seen.has(path)) return '';
  seen.add(path);
  const supports = importsOf(text)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(path, '..', name).replace(/\.js$/, '.ts'));
  return [text, ...supports.map((each) => textOf(each, seen))].join('\n');
}

/** As much of globs as parts.mjs has. */
const fits = (glob: string) =>
  new RegExp(
    `^${glob
      .replaceAll('.', '\\.')
      .replaceAll('**/', '<any>')
      .replaceAll('**', '.*')
      .replaceAll('*', '[^/]*')
      .replaceAll('<any>', '(.*/)?')}$`,
  );

const tests = [...sources.keys()].filter((path) => path.endsWith('.test.ts') && !path.includes('parts.test'));

test.each(parts)('every test that needs $name says so by its path', ({ name, files }) => {
  const needs = tests.filter((path) => takes[name]?.test(textOf(path)));
  expect(needs.length).toBeGreaterThan(0);
  expect(needs.filter((path) => !files.some((glob) => fits(glob).test(path)))).toEqual([]);
});

test('and each path leads to some test', () => {
  const globs = parts.flatMap(({ files }) => files);
  expect(globs.filter((glob) => !tests.some((path) => fits(glob).test(path)))).toEqual([]);
});
