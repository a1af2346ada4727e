import { request } from 'node:http';
import type { Problem, StetRecord } from '@stet/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { match, type Person, personAt } from '../support/api.js';
import { password } from '../support/server.js';
import { at, books, newBook, type Story, startStory } from '../support/story.js';

// Pages of other sites: a browser sends the person's cookie along, and names the origin.

let story: Story;
/** Ana's browser: it shows her cookie, whichever page asks. */
let ana: Person;
let book: StetRecord;
beforeAll(async () => {
  story = await startStory();
  ana = personAt(story.http, { cookie: await story.signIn('ana') }, story.check);
  book = await newBook(ana);
});
afterAll(() => story.stop());

const evil = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'http://localhost.evil.example' },
  { origin: 'http://localhost:1' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
];
const ownOrigins = () => [story.url, `http://localhost:${story.running.port}`];

const writes = (headers: Record<string, string>) => [
  () => ana.post<Problem>(books, { title: 'Forged' }, headers),
  () => ana.put<Problem>(at(book), { title: 'Forged' }, { ...match(book), ...headers }),
  () => ana.patch<Problem>(at(book), { title: 'Forged' }, { ...match(book), ...headers }),
  () => ana.delete<Problem>(at(book), { ...match(book), ...headers }),
  () => ana.post<Problem>(at(book, '/restore'), { version: 1 }, { ...match(book), ...headers }),
  () => ana.post<Problem>('/api/rt/ticket', undefined, headers),
  () => ana.post<Problem>('/api/auth/sign-out', {}, headers),
  () => story.nobody.post<Problem>('/api/auth/sign-in/username', { username: 'ana', password }, headers),
  () =>
    story.nobody.ask<Problem>('POST', '/api/auth/sign-in/username', { 'content-type': 'text/plain', ...headers }, '{}'),
];
const reads = (headers: Record<string, string>) => [
  () => ana.get<Problem>('/api/me', headers),
  () => ana.get<Problem>(books, headers),
  () => ana.get<Problem>(at(book), headers),
  () => ana.get<Problem>('/api/auth/get-session', headers),
  () => ana.get<Problem>('/rt/info', headers),
];

test('[S2] a page of another origin can neither write, read, sign in nor get a ticket', async () => {
  const before = await story.engine.store.workspaces.get('catalogue');
  for (const headers of evil) {
    for (const ask of [...writes(headers), ...reads(headers)]) {
      const { status, body, headers: told } = await ask();
      expect([headers, status, body.type]).toEqual([headers, 403, '/problems/foreign-origin']);
      expect(told['access-control-allow-origin']).toBeUndefined();
      expect(told['set-cookie']).toBeUndefined();
    }
  }
  expect(await story.engine.store.workspaces.get('catalogue')).toEqual(before);
  expect((await ana.get('/api/me')).status).toBe(200);
});

test('[S2] what a browser says of a foreign site is enough, also where it names no origin', async () => {
  for (const site of ['cross-site', 'same-site']) {
    for (const ask of writes({ 'sec-fetch-site': site })) {
      const { status, body } = await ask();
      expect([site, status, body.type]).toEqual([site, 403, '/problems/foreign-origin']);
    }
  }
});

test('[S2] no preflight of another origin is granted anything', async () => {
  for (const path of [books, at(book), '/api/auth/sign-in/username', '/rt/info', '/rt/0/abcdefgh/xhr']) {
    const answer = await story.nobody.ask('OPTIONS', path, {
      origin: 'https://evil.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match,content-type',
    });
    expect([path, answer.status]).toEqual([path, 403]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

/** Asks for a WebSocket, and says how that ended. */
const upgrade = (headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const handshake = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const { port } = story.running;
    const asked = request({
      host: '127.0.0.1',
      port,
      path: '/rt/0/abcdefgh/websocket',
      headers: { ...handshake, ...headers },
    });
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });

test('[S2] a page of another origin can open no socket as the user', async () => {
  for (const headers of evil) expect([headers, await upgrade(headers)]).toEqual([headers, 403]);
  expect(await upgrade({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  for (const transport of ['xhr', 'xhr_streaming', 'xhr_send']) {
    const answer = await story.nobody.ask('POST', `/rt/0/abcdefgh/${transport}`, { origin: 'https://evil.example' });
    expect([transport, answer.status]).toEqual([transport, 403]);
  }
});

test('[S2] Stet’s own pages and programs, which name no origin, pass', async () => {
  for (const origin of ownOrigins()) {
    for (const site of [{}, { 'sec-fetch-site': 'same-origin' }]) {
      const headers = { origin, ...site };
      for (const read of reads(headers)) expect([headers, (await read()).status]).toEqual([headers, 200]);
      const saved = await ana.patch<StetRecord>(at(book), { pages: book.version }, { ...match(book), ...headers });
      expect([headers, saved.status]).toEqual([headers, 200]);
      book = saved.body;
      expect((await ana.post('/api/rt/ticket', undefined, headers)).status).toBe(200);
      expect(await upgrade(headers)).toBe(101);
    }
  }
  expect(await upgrade({})).toBe(101);
  for (const site of ['same-origin', 'none'])
    expect((await ana.get('/api/me', { 'sec-fetch-site': site })).status).toBe(200);
});
