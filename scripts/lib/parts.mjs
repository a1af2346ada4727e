// Parts of a machine that some tests need beside Node. A further part is one more row.
import { couchScript, installCouch } from './couch.mjs';
import { Stop } from './run.mjs';
import { canInstallDebian, findProgram, installDebian } from './system.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string[]} programs any of these will do
 * @property {string} variable environment variable that names the program, and under which the tests find it
 * @property {string[]} files tests that cannot run without it: left out where it is missing
 * @property {{ package: string, duration: string, service?: string } | { command: string, install: () => Promise<boolean> }} from
 *   Debian's package, how long installing it takes, in words, and what it would start with the machine; or our own way
 *   to install it, and the command that does so
 */

/** @type {Part[]} */
export const parts = [
  {
    name: 'Chromium',
    programs: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    variable: 'STET_CHROMIUM',
    from: { package: 'chromium', duration: 'about a minute and a half' },
    files: ['tests/browser/**', 'tests/nodes/people.test.ts'],
  },
  {
    name: 'redis-server',
    programs: ['redis-server', '/usr/sbin/redis-server'],
    variable: 'STET_REDIS_SERVER',
    from: { package: 'redis-server', duration: 'a few seconds', service: 'redis-server' },
    files: ['**/*redis*.test.ts', 'tests/faults/nodes.test.ts', 'tests/nodes/**'],
  },
  {
    name: 'nginx',
    programs: ['nginx', '/usr/sbin/nginx'],
    variable: 'STET_NGINX',
    from: { package: 'nginx', duration: 'a few seconds', service: 'nginx' },
    files: ['tests/nodes/**'],
  },
  {
    name: 'CouchDB',
    programs: [couchScript],
    variable: 'STET_COUCH',
    from: { command: 'node scripts/lib/couch.mjs', install: installCouch },
    files: ['tests/simulator/couchdb*.test.ts'],
  },
];

/** What is said of a part that is missing. @param {Part} part */
export const howToHave = ({ name, from, variable }) => {
  const how = 'package' in from ? `Debian: apt-get install ${from.package}` : from.command;
  return `There is no ${name} here. Install it (${how}), or name it in ${variable}.`;
};

/** Where a part's program is. @param {Part} part */
function locate({ variable, programs }) {
  return findProgram([process.env[variable], ...programs].filter((name) => name !== undefined));
}

/** Where the part of this name is; without it there is nothing to do. @param {string} name @returns {string} */
export function programOf(name) {
  const part = parts.find((part) => part.name === name);
  const program = part && locate(part);
  if (part === undefined) throw new Error(`${name} is no part.`);
  if (program === undefined) throw new Stop(howToHave(part));
  return program;
}

/**
 * What is here and what is not.
 * @returns {{ found: Record<string, string>, missing: Part[] }} found: path by environment variable
 */
export function locateParts() {
  /** @type {Record<string, string>} */
  const found = {};
  /** @type {Part[]} */
  const missing = [];
  for (const part of parts) {
    const path = locate(part);
    if (path === undefined) missing.push(part);
    else found[part.variable] = path;
  }
  return { found, missing };
}

/**
 * Installs what is missing where that can be done, and answers with what is missing still.
 * @param {string[]} [names] of the parts that are needed; otherwise all
 */
export async function ensureParts(names = parts.map(({ name }) => name)) {
  const missing = () => locateParts().missing.filter(({ name }) => names.includes(name));
  for (const { from } of missing()) {
    if ('install' in from) await from.install();
    else if (canInstallDebian()) await installDebian([from.package], from.duration, from.service);
  }
  return missing();
}
