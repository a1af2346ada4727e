import { gzipSync } from 'node:zlib';
import type { Problem } from '@stet/protocol';
import { describe, expect, test } from 'vitest';
import { type Answer, match } from '../support/api.js';
import type { Headers } from '../support/http.js';
import { at, books } from '../support/story.js';
import { untouched } from '../support/untouched.js';

// Bad bodies: each gets a problem answer of the right kind, changes nothing, and the next request is served.

const on = untouched();

const json = { 'content-type': 'application/json' };
/** Sends these bytes as a create, as a replacement and as a change. */
async function writes(body: string | Buffer, headers: Headers = json): Promise<Array<Answer<Problem>>> {
  const base = { ...match(on.book), ...headers };
  return [
    await on.ana.ask<Problem>('POST', books, headers, body),
    await on.ana.ask<Problem>('PUT', at(on.book), base, body),
    await on.ana.ask<Problem>('PATCH', at(on.book), base, body),
  ];
}

const repeat = (text: string, times: number) => text.repeat(times);
const nested = (depth: number, open: string, close: string) => repeat(open, depth) + repeat(close, depth);

describe('[S3] a body that is JSON but no sound record', () => {
  const cases: Array<[string, string, string?]> = [
    ['a number for a title', '{"title": 5}', 'title'],
    ['an object for a title', '{"title": {"$gt": ""}}', 'title'],
    ['an unknown field', '{"title": "x", "titel": "y"}', 'titel'],
    ['__proto__', '{"title": "x", "__proto__": {"title": "y"}}', '__proto__'],
    ['constructor', '{"title": "x", "constructor": {"prototype": {"admin": true}}}', 'constructor'],
    ['prototype', '{"title": "x", "prototype": {}}', 'prototype'],
    ['__proto__ inside a field', '{"title": "x", "authors": {"__proto__": []}}', 'authors'],
    ['a lone high surrogate', '{"title": "\\ud800"}', 'title'],
    ['a lone low surrogate', '{"title": "x\\udc00y"}', 'title'],
    ['a lone surrogate in a list', '{"title": "x", "subjects": ["ok", "\\ud83d"]}', 'subjects.1'],
    ['a lone surrogate as a name', '{"\\ud800": 1}', '\ud800'],
    ['NUL', '{"title": "a\\u0000b"}', 'title'],
    ['a line break in a line', '{"title": "a\\nb"}', 'title'],
    ['a title that is too long', `{"title": "${repeat('x', 501)}"}`, 'title'],
    ['combining marks without end', `{"title": "a${repeat('\\u0301', 90)}"}`, 'title'],
    ['too many authors', `{"title": "x", "authors": [${repeat('"a",', 100)}"a"]}`, 'authors'],
    ['a fraction', '{"title": "x", "pages": 1.5}', 'pages'],
    ['a number beyond its bounds', '{"title": "x", "pages": 1e300}', 'pages'],
    ['a wrong check digit', '{"title": "x", "isbn13": "9780439023482"}', 'isbn13'],
    ['no choice', '{"title": "x", "status": "__proto__"}', 'status'],
    ['5,000-deep arrays', nested(5000, '[', ']'), ''],
    ['5,000-deep arrays in a field', `{"title": "x", "authors": ${nested(5000, '[', ']')}}`, 'authors.0'],
    [
      '5,000-deep objects in a field',
      `{"title": "x", "notes": ${repeat('{"a":', 5000)}1${repeat('}', 5000)}}`,
      'notes',
    ],
    ['100,000-deep arrays', nested(100_000, '[', ']'), ''],
    ['an array', '[]', ''],
    ['null', 'null', ''],
    ['a text', '"title"', ''],
    ['a number', '0', ''],
  ];
  test.each(cases)('%s', async (_name, body, path) => {
    for (const { status, body: told } of await writes(body)) {
      expect([status, told.type]).toEqual([422, '/problems/invalid']);
      expect(told.errors?.map((error) => error.path)).toContain(path);
    }
  });

  test('no title at all, where one is needed', async () => {
    for (const body of ['{}', '{"title": null}', '{"title": "  "}']) {
      expect((await on.ana.ask('POST', books, json, body)).status).toBe(422);
      expect((await on.ana.ask('PUT', at(on.book), { ...json, ...match(on.book) }, body)).status).toBe(422);
    }
    expect((await on.ana.patch(at(on.book), { title: '' }, match(on.book))).status).toBe(422);
  });

  test('an id that is none', async () => {
    for (const id of [
      '',
      ' ',
      'a/b',
      '..',
      '.',
      'a\u0000',
      'ä',
      repeat('x', 101),
      5,
      {},
      ['a'],
      '__proto__',
      '\ud800',
    ]) {
      const { status, body } = await on.ana.post<Problem>(books, { id, title: 'x' });
      expect([id, status, body.errors?.[0]?.path]).toEqual([id, 422, 'id']);
      expect(body.errors?.[0]?.message).toMatch(/^must be /);
    }
  });
});

describe('[S3] a body that cannot be read', () => {
  const cases: Array<[string, string | Buffer, number, Headers?]> = [
    ['a JSON that breaks off', '{"title": "x"', 400],
    ['no JSON', 'title=x', 400],
    ['a JSON and more', '{"title": "x"} {}', 400],
    ['NaN', '{"pages": NaN}', 400],
    ['white space', ' ', 400],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"title": "'), 0xc3, 0x28, ...Buffer.from('"}')]), 400],
    ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"title": "'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]), 400],
    ['UTF-16', Buffer.from('{"title": "x"}', 'utf16le'), 400],
    ['2 MB', `{"title": "${repeat('x', 2 * 1024 * 1024)}"}`, 413],
    ['2 MB of blanks', repeat(' ', 2 * 1024 * 1024), 413],
    [
      'a gzip bomb',
      gzipSync(`{"title": "${repeat('x', 50 * 1024 * 1024)}"}`),
      413,
      { ...json, 'content-encoding': 'gzip' },
    ],
    ['a gzip that is none', 'not gzip', 400, { ...json, 'content-encoding': 'gzip' }],
    ['an encoding that nobody knows', '{}', 415, { ...json, 'content-encoding': 'rot13' }],
    ['a form', 'title=x', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', '{"title": "x"}', 415, { 'content-type': 'text/plain' }],
    ['a multipart', '--x--', 415, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', '<title/>', 415, { 'content-type': 'application/xml' }],
    ['a content type that is none', '{"title": "x"}', 415, { 'content-type': 'json' }],
    ['another charset', '{"title": "x"}', 415, { 'content-type': 'application/json; charset=latin1' }],
    ['another charset in quotes', '{"title": "x"}', 415, { 'content-type': 'application/json;Charset="iso-8859-1"' }],
    ['two charsets', '{"title": "x"}', 415, { 'content-type': 'application/json; charset=utf-8; charset=utf-16' }],
    ['no content type', '{"title": "x"}', 415, {}],
  ];
  test.each(cases)('%s', async (_name, body, wanted, headers) => {
    for (const { status } of await writes(body, headers)) expect(status).toBe(wanted);
  });
  test('no body', async () => {
    for (const { status } of await writes('', {})) expect(status).toBe(422);
  });
  test('a merge patch under its own name: it is read', async () => {
    const headers = { 'content-type': 'application/merge-patch+json', ...match(on.book) };
    const { status, body } = await on.ana.ask('PATCH', at(on.book), headers, '{"title": "Sturdy", "pages": null}');
    expect([status, body]).toEqual([200, on.book]);
  });
  test.each(['charset=utf-8', 'charset="UTF-8"', 'profile=x'])('a content type with %s: it is read', async (more) => {
    const headers = { 'content-type': `application/json; ${more}`, ...match(on.book) };
    const { status, body } = await on.ana.ask('PATCH', at(on.book), headers, '{"title": "Sturdy"}');
    expect([status, body]).toEqual([200, on.book]);
  });
  test('compressed, and sound: it is read', async () => {
    const headers = { ...json, 'content-encoding': 'gzip', ...match(on.book) };
    const { status, body } = await on.ana.ask('PATCH', at(on.book), headers, gzipSync('{"title": "Sturdy"}'));
    expect([status, body]).toEqual([200, on.book]);
  });
});
