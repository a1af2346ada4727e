import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Json } from '../support/api.js';
import { seed } from '../support/random.js';
import { connect } from '../support/socket.js';
import { at, books } from '../support/story.js';
import { untouched } from '../support/untouched.js';

// Input that nobody thought of: drawn at random, and found again by its seed.

const on = untouched();
const json = { 'content-type': 'application/json' };

describe(`[S3] no input at all makes a 500, a crash or an unguarded change (STET_SEED=${seed})`, () => {
  const parameters = { seed, numRuns: 300 };
  const fits = ({ status, text }: Answer<unknown>) => {
    expect(status, text).toBeLessThan(500);
    // Nothing here names the current version with a sound change: nothing may be accepted.
    expect(status, text).toBeGreaterThanOrEqual(400);
  };
  const evilText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '\u0000', '\ud800', '%', '../', '"', '*'),
  );
  const fields = fc.constantFrom(...Object.keys(sample), '__proto__', 'id', 'version', 'etag');

  test('whatever JSON a write holds', async () => {
    const value = fc.oneof(fc.jsonValue(), evilText, fc.double(), fc.array(evilText));
    const body = fc.oneof(
      fc.json(),
      fc.dictionary(fc.oneof(fields, evilText), value).map((object) => JSON.stringify(object)),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom('POST', 'PUT', 'PATCH'), async (text, method) => {
        // The one that would be sound is not sent: titles are what a create needs.
        const isSound = method === 'POST' && (JSON.parse(text) as Json | null)?.title !== undefined;
        if (isSound) return;
        fits(
          await on.ana.ask(method, method === 'POST' ? books : at(on.book), { ...json, 'if-match': '"7-other"' }, text),
        );
      }),
      parameters,
    );
  });

  test('whatever bytes a write holds', async () => {
    const types = fc.constantFrom(
      'application/json',
      'application/merge-patch+json',
      'text/plain',
      'application/json; charset=utf-16',
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), types, async (bytes, type) => {
        fits(
          await on.ana.ask('PATCH', at(on.book), { 'content-type': type, 'if-match': '"7-other"' }, Buffer.from(bytes)),
        );
      }),
      parameters,
    );
  });

  test('whatever path and query are asked for', async () => {
    const part = fc.oneof(
      evilText.map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
      fc.string().map((text) => text.replace(/[^\x21-\x7e]|[?#]/g, '')),
      fc.constantFrom(
        'workspaces',
        'catalogue',
        'books',
        on.book.id,
        'versions',
        'changes',
        'auth',
        '..',
        '.',
        '%00',
        '%',
      ),
    );
    const query = fc.array(fc.tuple(fc.constantFrom('limit', 'after', 'q', 'sort', 'since', 'language', 'x'), part));
    const path = fc
      .tuple(fc.array(part), query)
      .map(([parts, pairs]) => `/api/${parts.join('/')}?${pairs.map((pair) => pair.join('=')).join('&')}`);
    await fc.assert(
      fc.asyncProperty(path, async (asked) => {
        const { status, text } = await on.ana.get(asked);
        expect(status, text).toBeLessThan(500);
      }),
      parameters,
    );
  });

  test('whatever query a list is asked with', async () => {
    const cursor = fc
      .tuple(fc.constantFrom('title', '-title', 'x'), evilText, evilText)
      .map((place) => Buffer.from(JSON.stringify(place)).toString('base64url'));
    const query = fc.record(
      {
        q: evilText,
        language: evilText,
        subjects: evilText,
        after: fc.oneof(cursor, evilText),
        limit: fc.oneof(fc.nat().map(String), evilText),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const { status, text } = await on.ana.get(`${books}?${new URLSearchParams(asked as Record<string, string>)}`);
        expect(status, text).toBeLessThan(500);
      }),
      parameters,
    );
  });

  test('whatever a request on a socket holds', async () => {
    const socket = await connect(on.story.url, on.ana);
    const path = fc.oneof(evilText, fc.webPath(), fc.constant(at(on.book).slice(1)), fc.constant(`${books}?`.slice(1)));
    const headers = fc.dictionary(fc.constantFrom('if-match', 'If-Match', 'stet-connection', 'x'), evilText);
    const methods = fc.constantFrom('GET', 'PUT', 'PATCH');
    await fc.assert(
      fc.asyncProperty(methods, path, headers, fc.jsonValue(), async (method, rest, shown, body) => {
        const told = await socket.request(method, `/${rest}`, { 'if-match': '"7-other"', ...shown }, body);
        expect(told.status, JSON.stringify(told.body)).toBeLessThan(500);
      }),
      parameters,
    );
    socket.close();
  });

  test('whatever headers come along', async () => {
    const names = fc.constantFrom(
      'if-match',
      'if-none-match',
      'idempotency-key',
      'stet-connection',
      'stet-base',
      'accept',
      'cookie',
      'content-type',
      'x-other',
    );
    const value = fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .filter((code) => code !== 0x7f)
        .map((code) => String.fromCharCode(code)),
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async (headers) => {
        fits(await on.ana.ask('PATCH', at(on.book), headers, '{"title": 5}'));
        fits(await on.story.nobody.ask('GET', books, { ...headers, authorization: headers['x-other'] ?? '' }));
      }),
      parameters,
    );
  });
});

const sample = { title: 0, authors: 0, isbn10: 0, publishedYear: 0, language: 0, subjects: 0, notes: 0, status: 0 };
