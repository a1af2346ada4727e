// First step of every command: the right Node, the packages of package-lock.json, and a better-sqlite3 that loads.
// Costs milliseconds where all of it is there already.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIfThere } from './lib/fingerprint.mjs';
import { excerpt, isStarted, main, npm, root, run, Stop, say } from './lib/run.mjs';
import { canInstallDebian, findProgram, installDebian } from './lib/system.mjs';

const stamp = 'node_modules/.stet-setup';

/** What compiling better-sqlite3 takes: any of the programs, or else Debian's package. */
const compiler = [
  { programs: ['python3', 'python'], debian: 'python3' },
  { programs: ['make', 'gmake'], debian: 'make' },
  { programs: ['g++', 'c++', 'clang++'], debian: 'g++' },
];

/**
 * @param {() => Promise<unknown>} [meanwhile] what needs the packages and no better-sqlite3: to compile that takes a
 *   minute or two, and most of the time one core
 */
export async function setup(meanwhile = async () => {}) {
  checkNode();
  const wanted = installation();
  if (readIfThere(stamp)?.trim() !== wanted && !matchesLock()) await installPackages();
  const native = ensureNative().then(() => {
    if (readIfThere(stamp)?.trim() !== wanted) writeFileSync(join(root, stamp), `${wanted}\n`);
  });
  // Nobody is left at work when one of them stops.
  for (const ended of await Promise.allSettled([native, meanwhile()])) {
    if (ended.status === 'rejected') throw ended.reason;
  }
}

/** Refuses a Node older than package.json's engines. */
export function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [needMajor = 0, needMinor = 0] = engines.node
    .replace(/[^\d.]/g, '')
    .split('.')
    .map(Number);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Stop(
    `Stet needs Node ${needMajor}.${needMinor} or newer, and this is ${process.version}. See https://nodejs.org.`,
  );
}

/** Names what should be in node_modules: the lock file's content, and the Node that native parts are built for. */
function installation() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`${process.platform} ${process.arch} ${process.versions.modules}`).digest('hex');
}

/** Whether npm's own note of what it installed agrees with the lock file: somebody ran npm by hand. */
function matchesLock() {
  const noted = readIfThere('node_modules/.package-lock.json');
  if (noted === undefined) return false;
  const installed = JSON.parse(noted).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages);
  // Parts for other platforms are in the lock and never installed.
  return wanted.every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const here = installed[path];
    return here === undefined ? optional === true : link === true || here.version === version;
  });
}

/** Install scripts wait for ensureNative, which can say what is missing when one fails. */
async function installPackages() {
  say('Installing packages with npm ci (about half a minute) …');
  const { ok, output } = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (!ok) throw new Stop(`npm ci failed. What it said:\n\n${excerpt(output)}`);
}

async function ensureNative() {
  if (loadsHere()) return;
  say(
    `Building better-sqlite3 for Node ${process.version} (seconds where a built one can be had, else 1 to 2 minutes) …`,
  );
  let built = await buildNative();
  const missing = compiler.filter(({ programs }) => findProgram(programs) === undefined).map(({ debian }) => debian);
  if (!built.ok && missing.length > 0) {
    if (!canInstallDebian() || !(await installDebian(missing, 'about a minute'))) {
      throw new Stop(
        `better-sqlite3 could not be downloaded ready built, and to compile it this machine lacks: ${missing.join(', ')}.\n` +
          `On Debian or Ubuntu, as root: apt-get install ${missing.join(' ')}; then run this command again.`,
      );
    }
    say('Compiling better-sqlite3 (1 to 2 minutes) …');
    built = await buildNative();
  }
  if (!built.ok) throw new Stop(`better-sqlite3 could not be built. What was said:\n\n${excerpt(built.output)}`);
}

/** In this process, since starting another costs more than all the rest of a set-up that has nothing to do. */
function loadsHere() {
  try {
    const Database = createRequire(join(root, 'packages/store/package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

async function buildNative() {
  const rebuilt = await npm(['rebuild', 'better-sqlite3'], { ...process.env, JOBS: 'max', ...ownHeaders() });
  if (!rebuilt.ok) return rebuilt;
  const probe = "new (require('better-sqlite3'))(':memory:').close()";
  return run(process.execPath, ['-e', probe], { quiet: true });
}

/** Node's headers where they came with it, so that node-gyp has nothing to download. */
function ownHeaders() {
  const prefix = join(dirname(process.execPath), '..');
  const file = join(prefix, 'include/node/node_version.h');
  if (!existsSync(file)) return {};
  const text = readFileSync(file, 'utf8');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => text.match(`NODE_${part}_VERSION (\\d+)`)?.[1]).join('.');
  return version === process.versions.node ? { npm_package_config_node_gyp_nodedir: prefix } : {};
}

if (isStarted(import.meta.url)) await main(setup);
