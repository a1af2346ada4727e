// `stet`, as people and scripts use it: the real program, with and without a running server.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '@stet/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../support/server.js';
import { openSocket } from '../support/socket.js';
import { bin, type Ran, startStet, stet, temporaryFolder } from '../support/stet.js';
import { until } from '../support/until.js';

type Cli = (args: readonly string[], input?: string) => Promise<Ran>;

const words = (line: string): string[] => line.split(' ').filter(Boolean);
const ok = (stdout: string | RegExp) => ({ status: 0, stdout: expect.stringMatching(stdout), stderr: '' });
const bad = (status: number, stderr: string | RegExp) => ({
  status,
  stdout: '',
  // One sentence, and no stack.
  stderr: expect.stringMatching(new RegExp(`^stet: .*${typeof stderr === 'string' ? stderr : stderr.source}.*\n$`)),
});

const csv = (data: string, count: number): string => {
  const file = join(data, `books-${count}.csv`);
  const rows = Array.from({ length: count }, (_, place) => `b${place},Book ${place}`);
  writeFileSync(file, `id,title\n${rows.join('\n')}\n`);
  return file;
};

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token.trim()}` } });

/**
 * The whole life of a small library, told in commands; the same with a server as without one. What is refused is refused
 * in one place: a few of those will do where each command has to load everything that a server has loaded.
 */
async function everyCommand(cli: Cli, data: string, refusals: 'all' | 'some'): Promise<void> {
  const run = (line: string, input?: string) => cli(words(line), input);
  const alsoRefused = async (args: readonly string[], ending: Ran, input?: string) => {
    if (refusals === 'all') expect(await cli(args, input)).toEqual(ending);
  };
  expect(await run('user list')).toEqual(ok('There are no users yet.'));
  expect(await run('token list')).toEqual(ok('There are no tokens yet.'));
  expect(await cli(['workspace', 'add', 'catalogue', '--name', 'The catalogue'])).toEqual(ok('Made the workspace'));
  expect(await run('workspace add catalogue --name Other')).toEqual(bad(1, 'There is a workspace "catalogue" already'));
  await alsoRefused(words('workspace add a/b --name Other'), bad(1, 'id: must be'));

  const named = ['user', 'add', 'ana', '--name', 'Ana Alves', '--password-stdin'];
  expect(await cli(named, 'let-it-stand\n')).toEqual(ok('Added ana, "Ana Alves"'));
  await alsoRefused(named, bad(1, 'There is a user "ana" already'), 'let-it-stand\n');
  expect(await run('user add ben --password let-it-stand')).toEqual(ok('Added ben'));
  await alsoRefused(words('user add cy --password x'), bad(1, 'password: '));
  await alsoRefused(words('user add cy --password-stdin'), bad(1, 'password: '), '');
  expect(await run('user add cy')).toEqual(bad(2, '--password-stdin'));

  expect(await run('member list catalogue')).toEqual(ok('It has no members yet.'));
  expect(await run('member add ana catalogue --role editor')).toEqual(ok('ana is now editor of catalogue.'));
  expect(await run('member add ana catalogue --role manager')).toEqual(ok('now manager of catalogue, and was editor'));
  expect(await run('member add ana catalogue --role manager')).toEqual(ok('manager of catalogue already'));
  expect(await run('member add dan catalogue --role editor')).toEqual(bad(1, 'There is no user "dan"'));
  await alsoRefused(words('member add ana nowhere --role editor'), bad(1, 'There is no workspace "nowhere"'));
  expect(await run('member list catalogue')).toEqual(ok(/^USER +NAME +ROLE\nana +Ana Alves +manager\n$/));
  expect(await run('user list')).toEqual(ok(/ana +Ana Alves +catalogue \(manager\)\nben +ben\n$/));

  const file = csv(data, 100);
  const imported = await run(`import ${file} --dry-run`);
  expect(imported).toMatchObject({ status: 0, stdout: expect.stringContaining('100 would be created') });
  expect(imported.stderr).toContain('title  →  Title');
  const report = join(data, 'notes.jsonl');
  expect(await run(`import ${file} --as ana --report ${report}`)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('100 created'),
  });
  expect(readFileSync(report, 'utf8')).toBe('');
  expect(await run(`import ${file}`)).toMatchObject({ stdout: expect.stringContaining('Nothing changed') });
  if (refusals === 'all') await reportsOverwriteNothing(cli, file, report);
  await alsoRefused(['import', file, '--split', 'author=|'], bad(1, '"author": .*: authors, subjects[.]'));
  await alsoRefused(
    words(`import ${file} --split title=; --split foo=;`),
    bad(1, '"title", "foo": .*: authors, subjects[.]'),
  );
  await alsoRefused(['import', file, '--as', 'ben'], bad(1, 'ben is no member'));
  await alsoRefused(['import', file, '--key', 'nothing'], bad(1, 'no column "nothing"'));
  expect(await run('import gone.csv')).toEqual(bad(1, 'there is no such file'));

  const made = await run('token create ana --label nightly --days 7');
  expect(made).toEqual(ok(/^stet_[\w-]{43}\n$/));
  await alsoRefused(words('token create dan'), bad(1, 'There is no user "dan"'));
  const [token] = JSON.parse((await run('token list --json')).stdout) as [{ id: string; user: string }];
  expect(token).toMatchObject({ user: 'ana', label: 'nightly', state: 'valid' });
  expect(await run(`token revoke ${token.id}`)).toEqual(ok('Revoked'));
  await alsoRefused(['token', 'revoke', token.id], bad(1, 'no such token'));
  expect(await run('token list')).toEqual(ok(/ana +nightly +\S+ +\S+ +revoked/));

  expect(await run('member remove ana catalogue')).toEqual(ok('ana is no member of catalogue any more.'));
  await alsoRefused(words('member remove ana catalogue'), bad(1, 'is no member'));
}

async function reportsOverwriteNothing(cli: Cli, file: string, report: string): Promise<void> {
  const imports = (...args: string[]) => cli(['import', ...args]);
  const content = readFileSync(file, 'utf8');
  expect(await imports(file, '--dry-run', '--report', file)).toEqual(bad(2, file));
  writeFileSync(report, 'mine');
  expect(await imports(file, '--dry-run', '--report', report)).toEqual(bad(2, `${report} is there already`));
  expect([readFileSync(file, 'utf8'), readFileSync(report, 'utf8')]).toEqual([content, 'mine']);
  const fresh = `${report}.new`;
  expect(await imports('gone.csv', '--report', fresh)).toEqual(bad(1, 'there is no such file'));
  expect(await imports(file, '--workspace', 'nowhere', '--report', fresh)).toEqual(bad(1, 'no workspace "nowhere"'));
  expect(await imports(fresh, '--report', fresh)).toEqual(bad(2, 'the imported file'));
  expect(await imports(file, '--report', join(fresh, 'x'))).toEqual(bad(1, 'The report cannot be written'));
  expect(existsSync(fresh)).toBe(false);
  expect(await imports(file, '--dry-run', '--report', fresh)).toMatchObject({ status: 0 });
  expect(readFileSync(fresh, 'utf8')).toBe('');
}

describe('without a server', () => {
  it('[S1] the files that it makes are readable by their user alone', async () => {
    const data = temporaryFolder();
    chmodSync(data, 0o755);
    expect((await stet(['workspace', 'add', 'maps', '--name', 'Maps'], { STET_DATA: data })).status).toBe(0);
    const open = readdirSync(data).filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    rmSync(data, { recursive: true });
  });

  let data: string;
  beforeEach(() => {
    data = temporaryFolder();
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  const cli: Cli = (args, input) => stet(args, { STET_DATA: data }, input);

  it('every command does its work itself', { timeout: 120_000 }, async () => {
    await everyCommand(cli, data, 'some');
    expect(existsSync(join(data, 'operator.sock'))).toBe(false);
  });

  it('commands that come at once take turns', { timeout: 60_000 }, async () => {
    const names = ['ana', 'ben', 'chloe', 'mara', 'vic'];
    const ran = await Promise.all(names.map((name) => cli(['user', 'add', name, '--password', 'let-it-stand'])));
    expect(ran.map(({ status }) => status)).toEqual(names.map(() => 0));
    const listed = JSON.parse((await cli(['user', 'list', '--json'])).stdout) as Array<{ username: string }>;
    expect(listed.map(({ username }) => username)).toEqual(names);
  });

  it('a server started meanwhile waits for nobody: it says who has the folder', { timeout: 60_000 }, async () => {
    await cli(['workspace', 'add', 'catalogue', '--name', 'C']);
    const importing = startStet(['import', csv(data, 20_000)], { STET_DATA: data });
    await until('the import has begun', () => importing.said.stderr.includes('Columns'));
    expect(await cli(['serve', '--port', '0'])).toEqual(bad(1, /stet import \(process \d+\) is using/));
    importing.child.kill('SIGINT');
    await importing.ended;
  });

  it('works where the path of the folder is too long for a socket', { timeout: 60_000 }, async () => {
    const far = join(data, 'x'.repeat(120));
    mkdirSync(far);
    const server = await startServer({ data: far });
    expect(await server.cli(['user', 'add', 'ana', '--password', 'let-it-stand'])).toEqual(ok('Added ana'));
    await server.stop();
    expect(await stet(['user', 'list', '--data', far])).toEqual(ok('ana'));
  });
});

describe('through a running server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('every command has the server do it', { timeout: 120_000 }, async () => {
    await everyCommand(server.cli, server.data, 'all');
    expect(existsSync(join(server.data, 'operator.sock'))).toBe(true);
    expect(server.said.stderr).toBe('');
  });

  it('[S1] [H1] who is removed from a workspace finds nothing there any more', { timeout: 60_000 }, async () => {
    await server.cli(words('workspace add stacks --name Stacks'));
    await server.cli(words('user add dora --password let-it-stand'));
    await server.cli(words('member add dora stacks --role viewer'));
    const token = bearer((await server.cli(words('token create dora'))).stdout);
    const status = async (path: string) => (await fetch(`${server.url}/api/${path}`, token)).status;
    const workspaces = async () => {
      const me = (await (await fetch(`${server.url}/api/me`, token)).json()) as { workspaces: Array<{ id: string }> };
      return me.workspaces.map(({ id }) => id);
    };
    expect([await workspaces(), await status('workspaces/stacks/books')]).toEqual([['stacks'], 200]);
    await server.cli(words('member remove dora stacks'));
    expect([await workspaces(), await status('workspaces/stacks/books')]).toEqual([[], 404]);
  });

  it('[S4] a token opens, until it is revoked', { timeout: 60_000 }, async () => {
    await server.cli(words('user add ed --password let-it-stand'));
    const token = (await server.cli(words('token create ed'))).stdout;
    const status = async () => (await fetch(`${server.url}/api/me`, bearer(token))).status;
    expect(await status()).toBe(200);
    await server.cli(['token', 'revoke', token.trim()]);
    expect(await status()).toBe(401);
  });

  it('Ctrl+C stops an import in the server too, and what came in stays', { timeout: 60_000 }, async () => {
    await server.cli(words('workspace add big --name Big'));
    const importing = startStet(['import', csv(server.data, 30_000), '--workspace', 'big', '--json'], {
      STET_DATA: server.data,
    });
    const there = async (count: number) => {
      const dry = ['import', csv(server.data, count), '--workspace', 'big', '--dry-run', '--json'];
      return (JSON.parse((await server.cli(dry)).stdout) as { counts: { unchanged: number } }).counts.unchanged;
    };
    // Looked for in a small file: in the whole one, the looking would take as long as the import.
    await until('the first books have come in', async () => (await there(100)) > 0);
    importing.child.kill('SIGINT');
    const { status, stdout, stderr } = await importing.ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^(Importing .*\n)*stet: The import was stopped\.\n$/);
    const report = JSON.parse(stdout) as { ended: object; counts: { created: number } };
    expect(report.ended).toEqual({ kind: 'stopped' });
    expect(report.counts.created).toBeLessThan(30_000);
    expect(await there(30_000)).toBe(report.counts.created);
  });

  it('a second server on the same data is refused', { timeout: 60_000 }, async () => {
    expect(await server.cli(words('serve --port 0'))).toEqual(
      bad(1, `stet serve \\(process ${server.pid}\\) is using ${server.data}`),
    );
  });
});

describe('a server', () => {
  it('[V6] is there again after kill -9, with everything that it had', { timeout: 60_000 }, async () => {
    const first = await startServer();
    await first.cli(words('user add ana --password let-it-stand'));
    await first.kill('SIGKILL');
    expect(existsSync(join(first.data, 'operator.sock'))).toBe(true);
    // Commands do without it meanwhile.
    expect(await first.cli(['user', 'list'])).toEqual(ok('ana'));
    const second = await startServer({ data: first.data, port: first.port });
    expect(await second.cli(['user', 'list'])).toEqual(ok('ana'));
    await second.stop();
    expect(readdirSync(first.data)).not.toContain('operator.sock');
    await first.stop();
  });

  it('killed in an import: the command says what stands, and the same file goes on from there', {
    timeout: 90_000,
  }, async () => {
    const server = await startServer();
    await server.cli(words('workspace add catalogue --name C'));
    const file = csv(server.data, 30_000);
    const importing = startStet(['import', file], { STET_DATA: server.data });
    const there = async (of: string) => {
      const { stdout } = await server.cli(['import', of, '--dry-run', '--json']);
      return (JSON.parse(stdout) as { counts: { unchanged: number } }).counts.unchanged;
    };
    // A small file with the same beginning: looking takes no longer than the import does.
    const beginning = csv(server.data, 300);
    await until('the first books have come in', async () => (await there(beginning)) === 300);
    await server.kill('SIGKILL');
    const { status, stdout, stderr } = await importing.ended;
    expect([status, stdout]).toEqual([1, '']);
    const told = /([\d,]+) rows were reported done\. What was saved until then stays; importing the file again/.exec(
      stderr,
    );
    const reported = Number(told?.[1]?.replaceAll(',', ''));
    expect(reported).toBeGreaterThan(0);
    expect(reported).toBeLessThan(30_000);
    expect(await there(file)).toBeGreaterThanOrEqual(reported);
    await server.stop();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s: it says bye and ends well', { timeout: 60_000 }, async (signal) => {
    const server = await startServer();
    await server.cli(words('user add ana --password let-it-stand'));
    const token = (await server.cli(words('token create ana'))).stdout;
    const answer = await fetch(`${server.url}/api/rt/ticket`, { method: 'POST', ...bearer(token) });
    const { ticket } = (await answer.json()) as { ticket: string };
    const socket = await openSocket(server.url);
    socket.say({ type: 'hello', protocol: PROTOCOL_VERSION, ticket });
    await socket.next('welcome');
    const { status } = await server.kill(signal);
    expect(await socket.next('bye')).toMatchObject({ reason: 'stopping' });
    expect(status).toBe(0);
    await server.stop();
  });

  it('names the port that is taken, and the setting that is wrong', { timeout: 60_000 }, async () => {
    const data = temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await until('listening', () => other.listening);
    const port = (other.address() as { port: number }).port;
    const cli: Cli = (args) => stet(args, { STET_DATA: data });
    expect(await cli(['serve', '--port', String(port)])).toEqual(bad(1, `Port ${port} of 127.0.0.1 is in use already`));
    expect(await cli(['serve', '--port', '0', '--host', '192.0.2.1'])).toEqual(bad(1, 'no address of this machine'));
    expect(await cli(['serve', '--port', 'http'])).toEqual(bad(2, 'PORT must be a port number'));
    expect(await stet(['serve'], { STET_DATA: data, STET_SECRET: 'short' })).toEqual(bad(2, 'STET_SECRET must have'));
    expect(
      await stet(['serve'], { STET_DATA: data, STET_ORIGINS: 'https://a.example not/an https://b.example/' }),
    ).toEqual(bad(2, 'STET_ORIGINS holds "not/an", "https://b.example/": each must be an origin'));
    expect(await stet(['serve'], { STET_DATA: data, REDIS_URL: 'redis://x' })).toEqual(bad(2, 'REDIS_URL'));
    expect(await stet(['serve'], { STET_DATA: '/dev/null/x' })).toEqual(bad(2, 'STET_DATA'));
    other.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('the demo is there at the first start, and a start that was killed is made good', {
    timeout: 90_000,
  }, async () => {
    const data = temporaryFolder();
    const cut = startStet(['serve', '--demo', '--port', '0'], { STET_DATA: data });
    await until('the demo is being made', () => cut.said.stderr.includes('Making the demo'));
    cut.child.kill('SIGKILL');
    await cut.ended;
    const server = await startServer({ demo: true, data });
    const members = JSON.parse((await server.cli(words('member list catalogue --json'))).stdout) as object[];
    expect(members).toHaveLength(5);
    const file = new URL('../../apps/server/demo/books.csv', import.meta.url).pathname;
    const again = JSON.parse((await server.cli(['import', file, '--json'])).stdout) as { counts: object };
    expect(again.counts).toMatchObject({ rows: 600, unchanged: 600 });
    await server.stop();
    const second = await startServer({ demo: true, data });
    expect(second.said.stderr).not.toContain('Making the demo');
    await second.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it('says where to go, whom to sign in as, and that all know the password', { timeout: 60_000 }, async () => {
    const data = temporaryFolder();
    const server = startStet(words('serve --demo --port 0 --host 0.0.0.0'), { STET_DATA: data });
    await until('it listens', () => server.said.stdout.includes('Ctrl+C'), 60_000);
    server.child.kill('SIGTERM');
    const { status, stdout, stderr } = await server.ended;
    expect(status).toBe(0);
    for (const told of ['http://localhost:', 'Chloé Caron', 'let-it-stand', data]) expect(stdout).toContain(told);
    expect(stderr).toContain('its password is known to all');
    rmSync(data, { recursive: true, force: true });
  });
});

describe('usage', () => {
  const everything = [
    ['serve', '--demo'],
    ['workspace add', '--name'],
    ['user add', '--password-stdin'],
    ['user list', '--json'],
    ['member add', '--role'],
    ['member remove', '<workspace>'],
    ['member list', '<workspace>'],
    ['token create', '--days'],
    ['token list', '--json'],
    ['token revoke', '<id>'],
    ['import', '--dry-run'],
  ] as const;

  it.each(everything)('%s --help tells its flags and shows an example', async (command, flag) => {
    const { status, stdout } = await stet([...words(command), '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(flag);
    expect(stdout).toMatch(new RegExp(`Examples?:\n  .*stet ${command}`));
  });

  it('is what npm links as stet, which says nothing of its own on stdout', { timeout: 120_000 }, async () => {
    const { status, stdout } = await startStet(['--help'], {}, '', bin).ended;
    expect([status, stdout.split(' ', 2)]).toEqual([0, ['Usage:', 'stet']]);
  });

  it('--help lists the commands', async () => {
    const { status, stdout } = await stet(['--help']);
    expect(status).toBe(0);
    for (const [command] of everything) expect(stdout).toContain(words(command)[0]);
  });

  it.each([
    ['nonsense', 'unknown command'],
    ['user', 'Usage: stet user'],
    ['user add', 'missing required argument'],
    ['user list --nonsense', 'unknown option'],
    ['user add ana --password-stdin --password x', 'cannot be used with'],
    ['member add ana catalogue', '--role'],
    ['member add ana catalogue --role boss', 'viewer, editor, manager'],
    ['token create ana --days soon', 'whole number'],
    ['import', 'missing required argument'],
    ['import x.csv --map title', 'header=field'],
    ['import x.csv --split authors=:', 'field=mark'],
    ['import x.csv --prefer me', 'people, file'],
  ])('stet %s is wrong usage', async (line, told) => {
    const { status, stdout, stderr } = await stet(words(line));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(told);
  });
});
