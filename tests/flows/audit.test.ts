import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditJson } from '@stet/server';
import { openSqliteSnapshot } from '@stet/store';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flawsOf, reportOf } from '../support/auditing.js';
import { livedIn, liveIn } from '../support/lived-in.js';
import { type InProcess, startInProcess } from '../support/server.js';
import { stet, temporaryFolder } from '../support/stet.js';

// An audit reads all that is kept, beside the server, and says what became of every value. Of a database in which
// everything has happened it finds nothing; whatever is done to one behind Stet's back it finds, and names.

let server: InProcess;
/** A whole copy of it, to be damaged. */
let sound: string;
const copies = temporaryFolder();
beforeAll(async () => {
  server = await startInProcess();
  await liveIn(server.engine.store);
  sound = join(copies, 'sound.db');
  const taking = new Database(fileOf(server.engine.config.data));
  taking.prepare('vacuum into ?').run(sound);
  taking.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(copies, { recursive: true, force: true });
});

const fileOf = (data: string) => join(data, 'stet.db');
const reportOn = (file: string) => reportOf(openSqliteSnapshot(file));

/** A folder with a copy to which this was done. */
function damaged(name: string, ...damage: string[]): string {
  const data = join(copies, name.replace(/\W+/g, '-'));
  mkdirSync(data);
  copyFileSync(sound, fileOf(data));
  const database = new Database(fileOf(data));
  database.pragma('foreign_keys = OFF');
  for (const statement of damage) database.exec(statement);
  database.close();
  return data;
}

test('a database in which everything has happened is sound, and each value is accounted for', async () => {
  const { flaws, seconds: _, ...counts } = await reportOn(sound);
  expect(flaws).toEqual({ total: 0, counts: [], kept: [] });
  expect(counts).toEqual({
    workspaces: 2,
    records: 33,
    versions: 42,
    // Now: six fields of dune, two of emma, one of each on the shelf. Replaced: of dune six, four of them by ana’s PUT; of
    // emma two when it was destroyed and one after that; the title of what is gone. Combined: ben’s subjects.
    values: { current: 38, replaced: 10, recoverable: 1, vanished: 0 },
  });
});

test('it reads one moment, and whoever writes meanwhile waits for nothing', async () => {
  const { data } = server.engine.config;
  const opened = await openSqliteSnapshot(fileOf(data));
  if (opened.kind !== 'open') throw new Error(opened.kind);
  const seqOf = async () => (await opened.snapshot.workspaces()).find(({ id }) => id === 'later')?.seq;
  expect(await seqOf()).toBe(undefined);
  await server.workspace('later');
  await server.user('ana', { later: 'editor' });
  const authorization = `Bearer ${await server.token('ana')}`;
  const made = await fetch(`${server.url}/api/workspaces/later/books`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Later' }),
  });
  expect(made.status).toBe(201);
  expect(await seqOf()).toBe(undefined);
  await opened.snapshot.close();
  const { flaws, workspaces } = await reportOn(fileOf(data));
  expect([flaws.total, workspaces]).toEqual([0, 3]);
});

const ofDune = (version: number) => `where id = 'dune' and version = ${version}`;

describe.each<[name: string, rules: string[], flaws: string[], ...damage: string[]]>([
  ['a version is gone', ['L1', 'V1'], ['place-missing', 'version-missing dune'], `delete from changes ${ofDune(3)}`],
  [
    'a whole history is gone',
    ['L1', 'V6'],
    ['history-missing shelf-7', 'place-missing'],
    "delete from changes where id = 'shelf-7'",
  ],
  ['the content of a version is gone', ['V6'], ['content-missing dune'], `update changes set body = null ${ofDune(3)}`],
  [
    'the content of a version is half of it',
    ['V6'],
    ['content-unreadable dune'],
    `update changes set body = substr(body, 1, 20) ${ofDune(3)}`,
  ],
  [
    'a value was lost in the next version, and nobody was told',
    ['M4'],
    ['change-unsaid dune'],
    `update changes set body = json_set(body, '$.pages', null) ${ofDune(3)}`,
  ],
  [
    'a version says to hold what it does not',
    ['V6'],
    ['change-untrue dune'],
    `update changes set fields = '["subjects","notes","title"]' ${ofDune(3)}`,
  ],
  [
    'a record is not what was last saved',
    ['V6'],
    ['record-differs emma'],
    "update records set body = json_set(body, '$.title', 'Persuasion') where id = 'emma'",
  ],
  [
    'a record fell back behind its history',
    ['V6'],
    ['record-astray emma'],
    "update records set version = 3 where id = 'emma'",
  ],
  ['a tombstone is gone', ['V6'], ['record-missing gone'], "delete from records where id = 'gone'"],
  [
    'a tombstone has content',
    ['V5', 'V6'],
    ['record-differs gone', 'tombstone-with-content gone'],
    `update changes set body = '{"title":"Gone"}' where id = 'gone' and version = 2`,
  ],
  [
    'a record came back, and nobody had restored it',
    ['V5'],
    ['came-back emma'],
    "update changes set how = null where id = 'emma' and version = 3",
  ],
  [
    'a record was made upon itself',
    ['V5'],
    ['action-impossible dune'],
    `update changes set action = 'create' ${ofDune(2)}`,
  ],
  [
    'a version names one that it can’t have seen',
    ['V2'],
    ['base-impossible dune'],
    `update changes set how = json_set(how, '$.over.seen', 9) ${ofDune(4)}`,
  ],
  [
    'two places of the log are exchanged',
    ['L1'],
    ['version-out-of-order dune'],
    `update changes set seq = -1 ${ofDune(2)}`,
    `update changes set seq = 2 ${ofDune(3)}`,
    `update changes set seq = 3 ${ofDune(2)}`,
  ],
  ['the counter ran ahead', ['L1'], ['place-missing'], 'update workspaces set seq = seq + 2'],
  ['the counter fell back', ['L1'], ['place-beyond'], `update workspaces set seq = 5 where id = '${livedIn}'`],
  ['the epoch is none', ['L3'], ['epoch-malformed'], `update workspaces set epoch = 'a b' where id = '${livedIn}'`],
  ['the floor is above the log', ['L3'], ['floor-astray'], `update workspaces set floor = 99 where id = '${livedIn}'`],
  ['a workspace is gone', ['L1'], ['workspace-unknown'], `delete from workspaces where id = '${livedIn}'`],
  ['a key is forgotten too early', ['V7'], ['key-forgotten dune'], "delete from write_keys where key = 'ben-1'"],
  [
    'a key stands for another write',
    ['V7'],
    ['key-twice dune', 'key-untrue emma'],
    "update write_keys set id = 'emma', version = 3 where key = 'ben-1'",
  ],
  [
    'a key stands for what somebody else saved',
    ['V7'],
    ['key-twice dune', 'key-untrue dune'],
    "update write_keys set version = 3 where key = 'ben-1'",
  ],
  ['a key is of no kind', ['V7'], ['key-untrue dune'], "update write_keys set kind = 'done' where key = 'ben-1'"],
  [
    'a key says that nothing was saved with it',
    ['V7'],
    ['key-untrue dune'],
    "update write_keys set kind = 'unchanged' where key = 'ben-1'",
  ],
  ['a version has no author', ['V6'], ['author-missing dune'], `update changes set by_id = '' ${ofDune(3)}`],
  ['a version has no time', ['V6'], ['time-malformed dune'], `update changes set at = 'soon' ${ofDune(3)}`],
  [
    'a version has what no save is accepted with',
    ['M4', 'S3'],
    ['change-unsaid dune', 'value-impossible dune'],
    `update changes set body = json_set(body, '$.pages', 'many') ${ofDune(3)}`,
  ],
  [
    'a version has a field that nobody knows',
    ['M4'],
    ['change-unsaid dune'],
    `update changes set body = json_set(body, '$.colour', 'red') ${ofDune(3)}`,
  ],
  [
    'a version does not say any more whom it replaced',
    ['M4'],
    ['notice-unsaid dune'],
    `update changes set how = json_remove(how, '$.over') ${ofDune(4)}`,
  ],
  [
    'a key tells of what never was',
    ['V7'],
    ['key-astray dune', 'key-twice dune'],
    "update write_keys set version = 99 where key = 'ben-1'",
  ],
  ['nobody was told who was replaced', ['M4'], ['notice-missing dune'], 'delete from notices'],
  ['a notice tells of nothing', ['M4'], ['notice-astray', 'notice-missing dune'], 'update notices set seq = 999'],
  [
    'a record is in no list',
    ['V6'],
    ['list-astray', 'unlisted emma'],
    "delete from keys where id = 'emma' and field = 'updatedAt'",
  ],
  [
    'a record is missing in one order',
    ['V6'],
    ['list-astray', 'misplaced emma'],
    "delete from keys where id = 'emma' and field = 'title'",
  ],
  [
    'a record is at a wrong place in one order',
    ['V6'],
    ['misplaced emma'],
    "update keys set key = 'zzz' where id = 'emma' and field = 'title'",
  ],
  [
    'a record is found by no search',
    ['V6'],
    ['unsearched emma'],
    "delete from search where rowid = (select num from records where id = 'emma')",
  ],
])('where %s', (name, rules, flaws, ...damage) => {
  test(`the audit names it, by ${rules.join(' and ')}`, async () => {
    const report = await reportOn(fileOf(damaged(name, ...damage)));
    expect(flawsOf(report)).toEqual(flaws);
    const said = auditJson(report);
    expect([...new Set(said.flaws.first.map(({ rule }) => rule))].sort()).toEqual(rules);
    expect(said.flaws.first.every(({ what, todo }) => what !== '' && todo !== '')).toBe(true);
  });
});

test.each<[name: string, vanished: number, ...damage: string[]]>([
  ['the newest version', 1, "delete from changes where id = 'emma' and version = 4"],
  ['a whole history', 1, "delete from changes where id = 'shelf-7'"],
  [
    'a record with its whole history',
    4,
    "delete from changes where id = 'emma'",
    "delete from records where id = 'emma'",
  ],
])('where %s is gone, each version counts as vanished', async (name, vanished, ...damage) => {
  const { values } = await reportOn(fileOf(damaged(`counted ${name}`, ...damage)));
  expect(values.vanished).toBe(vanished);
});

test('of a tombstone nobody is told to restore it', async () => {
  const data = damaged('advice', `update records set body = '{"title":"Gone"}' where id = 'gone'`);
  const [flaw] = auditJson(await reportOn(fileOf(data))).flaws.first;
  expect(flaw).toMatchObject({ kind: 'record-differs', todo: expect.stringContaining('can’t be restored') });
});

describe('stet audit', () => {
  test('beside the server that writes there, it ends well where all is well', async () => {
    const { status, stdout, stderr } = await stet(['audit', '--json', '--workspace', livedIn], {
      STET_DATA: server.engine.config.data,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, workspaces: 1, versions: 42, flaws: { total: 0 } });
  });

  test('otherwise it fails, and says for a person what, where, by which rule, and what to do', async () => {
    const data = damaged('told', `update changes set body = json_set(body, '$.pages', 1) ${ofDune(3)}`);
    const { status, stdout, stderr } = await stet(['audit'], { STET_DATA: data });
    expect([status, stderr]).toEqual([1, 'stet: The audit found what does not hold.\n']);
    expect(stdout).toMatch(/^1 flaw found\.\n/);
    expect(stdout).toContain(
      `[M4] books dune in ${livedIn}: version 3 has other values than the one before in pages, unsaid.`,
    );
  });

  test('of what it can’t read it says so, and proves nothing', async () => {
    const nothing = join(copies, 'nothing');
    const none = await stet(['audit'], { STET_DATA: nothing });
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('There is nothing of Stet in')]);
    expect(existsSync(nothing)).toBe(false);
    const data = damaged('newer', "insert into kysely_migration values ('0099', '')");
    const newer = await stet(['audit'], { STET_DATA: data });
    expect([newer.status, newer.stderr]).toEqual([1, expect.stringContaining('is of a newer form')]);
    const partial = damaged('partial', 'drop table notices');
    const part = await stet(['audit'], { STET_DATA: partial });
    const lacking = `stet: A part of ${fileOf(partial)} is missing (no such table: notices).`;
    expect([part.status, part.stderr]).toEqual([1, expect.stringContaining(lacking)]);
    expect(existsSync(join(partial, 'secret'))).toBe(false);
    writeFileSync(fileOf(partial), 'No database at all. '.repeat(100));
    const noise = await stet(['audit'], { STET_DATA: partial });
    expect([noise.status, noise.stderr]).toEqual([1, expect.stringMatching(/stet\.db is damaged .*backup.*\.recover/)]);
    const unknown = await stet(['audit', '--workspace', 'nowhere'], { STET_DATA: server.engine.config.data });
    expect([unknown.status, unknown.stderr]).toEqual([1, 'stet: There is no workspace nowhere.\n']);
  });
});
