// A server of CouchDB's protocol, for the simulator's tests against another store: express-pouchdb, in memory. It stands
// on old packages, some with known holes, and so it has a lock file of its own (couch/) and is installed apart from
// Stet's, into .build. Started by itself this installs it.
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { excerpt, isStarted, main, npm, root, Stop, say } from './run.mjs';

const from = join(root, 'scripts/lib/couch');
const to = join(root, '.build/parts/couch');
const files = ['package.json', 'package-lock.json', 'server.cjs'];

/** Its script, beside its packages. The name changes with all that it is made of: what is there is what was meant. */
export const couchScript = join(to, `server-${contentHash()}.cjs`);

function contentHash() {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(from, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Answers whether it went well. */
export async function installCouch() {
  say("Installing a server of CouchDB's protocol for the tests with npm ci (about a quarter of a minute) …");
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const file of files) cpSync(join(from, file), join(to, file));
  const { ok, output } = await npm(['ci', '--prefix', to, '--ignore-scripts', '--no-audit', '--no-fund']);
  if (!ok) say(`That did not work. What npm said:\n${excerpt(output)}`);
  else {
    chmodSync(join(to, 'server.cjs'), 0o755);
    // Last of all: a script that is there has its packages.
    renameSync(join(to, 'server.cjs'), couchScript);
  }
  return ok;
}

if (isStarted(import.meta.url)) {
  await main(async () => {
    if (!(await installCouch())) throw new Stop('It could not be installed.');
  });
}
