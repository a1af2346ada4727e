import { type PresencePlace, presenceLease } from '@stet/protocol';
import { beforeEach, expect, test } from 'vitest';
import { Board, type Voice } from './board.js';

// What pages say of themselves, and for how long it is believed. Times are milliseconds.

const workspace = 'catalogue';
let changed: string[];
let spoke: string[];
let board: Board;
beforeEach(() => {
  changed = [];
  spoke = [];
  board = new Board(
    (_, key) => changed.push(key),
    (_, id) => spoke.push(id),
  );
});

const ana = { id: 'ana', name: 'Ana' };
const socket = (id: string, user = ana): Voice => ({ kind: 'socket', id, user });
const page = (id: string, user = ana, session = user.id): Voice => ({ kind: 'page', id, user, session });
const remote = (id: string, node: string, user = ana): Voice => ({ kind: 'remote', id, user, node });
const at = (id: string, more: Partial<PresencePlace> = {}): PresencePlace => ({
  resource: 'books',
  id,
  state: 'viewing',
  dirty: [],
  ...more,
});
const editing = (id: string, ...dirty: string[]) => at(id, { state: 'editing', dirty });
const left = (id: string) => at(id, { state: 'left' });
const said = (id: string) => [...board.at(workspace, `books/${id}`)].map(({ voice, place }) => [voice.id, place.state]);
const where = () => board.keys(workspace).map((key) => key.replace('books/', ''));

test('the last word on a record counts, and what is said again changes nothing', () => {
  board.put(socket('tab'), workspace, at('dune'), 0);
  board.put(socket('tab'), workspace, editing('dune', 'title'), 0);
  board.put(socket('tab'), workspace, editing('dune', 'title'), 0);
  expect([said('dune'), changed.length]).toEqual([[['tab', 'editing']], 2]);
  board.put(socket('tab'), workspace, left('dune'), 0);
  board.put(socket('tab'), workspace, left('dune'), 0);
  expect([said('dune'), where(), changed.length]).toEqual([[], [], 3]);
});

test('a socket is at all that it has not left; who is gone is nowhere', () => {
  for (const id of ['dune', 'emma', 'ulysses']) board.put(socket('tab'), workspace, at(id), 0);
  board.put(socket('other'), workspace, at('emma'), 0);
  board.put(socket('tab'), 'archive', at('dune'), 0);
  expect(board.workspacesOf('ana')).toEqual([workspace, 'archive']);
  board.drop('tab');
  expect([where(), board.workspacesOf('ana')]).toEqual([['emma'], [workspace]]);
});

test('a page without a socket says all that it is at, in each workspace for itself', () => {
  board.keep(page('p'), workspace, [at('dune'), editing('emma', 'title'), left('ulysses')], 0);
  board.keep(page('p'), 'archive', [at('dune')], 0);
  board.keep(page('p'), workspace, [at('emma')], 0);
  expect([where(), said('emma'), board.keys('archive')]).toEqual([['emma'], [['p', 'viewing']], ['books/dune']]);
  board.keep(page('p'), workspace, [], 0);
  expect(where()).toEqual([]);
});

test('(trap 12) what nobody says again outlives no dead browser: a page for its lease, a socket for its own', () => {
  board.keep(page('p'), workspace, [at('dune')], 0);
  board.put(socket('tab'), workspace, at('emma'), 0);
  board.expire(presenceLease - 1);
  expect(where()).toEqual(['dune', 'emma']);
  board.expire(presenceLease);
  expect(where()).toEqual(['emma']);
  board.renew('tab', presenceLease);
  board.expire(presenceLease + 59_999);
  expect(where()).toEqual(['emma']);
  board.expire(presenceLease + 60_000);
  expect(where()).toEqual([]);
});

test('(trap 12) a hidden tab that is heard of, and says nothing, keeps its unsaved mark', () => {
  board.put(socket('tab'), workspace, editing('dune', 'title'), 0);
  for (let now = 25_000; now <= 500_000; now += 25_000) {
    board.renew('tab', now);
    board.expire(now);
  }
  expect([...board.at(workspace, 'books/dune')].map(({ place }) => place.dirty)).toEqual([['title']]);
});

test('[S3] one voice is at 50 records: the oldest without unsaved work goes first', () => {
  board.put(socket('tab'), workspace, editing('first', 'title'), 0);
  for (let count = 0; count < 50; count += 1) board.put(socket('tab'), workspace, at(`b${count}`), 0);
  expect([where().length, where().slice(0, 2)]).toEqual([50, ['first', 'b1']]);
  for (let count = 0; count < 50; count += 1) board.put(socket('tab'), workspace, editing(`c${count}`, 'title'), 0);
  expect([where().length, where()[0], where().at(-1)]).toEqual([50, 'c0', 'c49']);
});

test('[S3] one user has 20 pages without a socket: the one not heard of for longest goes', () => {
  for (let count = 0; count < 20; count += 1) board.keep(page(`p${count}`), workspace, [at(`b${count}`)], count);
  board.keep(page('p0'), workspace, [at('b0')], 30);
  board.keep(page('p20'), workspace, [at('b20')], 31);
  board.keep(page('ben’s', { id: 'ben', name: 'Ben' }), workspace, [at('emma')], 32);
  expect([where().length, where().includes('b0'), where().includes('b1')]).toEqual([21, true, false]);
});

test('[S4] what a session said over HTTP goes with it', () => {
  board.keep(page('p', ana, 'one'), workspace, [at('dune')], 0);
  board.keep(page('q', ana, 'two'), workspace, [at('emma')], 0);
  board.put(socket('tab'), workspace, at('ulysses'), 0);
  board.dropSession('one');
  expect(where()).toEqual(['emma', 'ulysses']);
});

test('[H1] who is taken out of one workspace is gone there, and nowhere else', () => {
  for (const voice of [socket('tab'), page('p')]) board.put(voice, workspace, at('dune'), 0);
  board.put(socket('tab'), 'archive', at('emma'), 0);
  board.put(socket('ben’s', { id: 'ben', name: 'Ben' }), workspace, at('dune'), 0);
  board.dropFrom(workspace, 'ana');
  expect([said('dune'), board.keys('archive')]).toEqual([[['ben’s', 'viewing']], ['books/emma']]);
});

test('voices of other nodes are there beside this node’s own, which alone are to be told to others', () => {
  board.put(socket('tab'), workspace, at('dune'), 0);
  board.keep(remote('theirs', 'n2', { id: 'ben', name: 'Ben' }), workspace, [at('dune'), editing('emma', 'title')], 0);
  board.expire(1e12);
  expect([said('dune'), said('emma')]).toEqual([[['theirs', 'viewing']], [['theirs', 'editing']]]);
  expect([board.wordOf('theirs', workspace), new Set(spoke)]).toEqual([null, new Set(['tab'])]);
  board.keep(remote('theirs', 'n2', { id: 'ben', name: 'Ben' }), 'archive', [at('dune')], 0);
  board.dropRemote('theirs', workspace);
  expect([where(), board.keys('archive')]).toEqual([[], ['books/dune']]);
});

test('a page is at one node: where it spoke last', () => {
  board.keep(page('p'), workspace, [at('dune')], 0);
  expect(board.wordOf('p', workspace)).toEqual({ user: ana, places: [at('dune')] });
  board.keep(remote('p', 'n2'), workspace, [at('emma')], 0);
  expect([where(), board.wordOf('p', workspace), spoke]).toEqual([['emma'], null, ['p', 'p']]);
  board.keep(remote('p', 'n3'), workspace, [at('ulysses')], 0);
  expect(where()).toEqual(['ulysses']);
  board.keep(page('p'), workspace, [at('dune')], 0);
  board.dropRemote('p', workspace);
  expect(where()).toEqual(['dune']);
});
