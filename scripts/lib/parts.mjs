// Parts of a machine that some tests need beside Node. A further part is one more row.
import { canInstallDebian, findProgram, installDebian } from './system.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string[]} programs any of these will do
 * @property {string} variable environment variable that names the program, and under which the tests find it
 * @property {string} debian Debian's package
 * @property {string} duration of installing that package, in words
 * @property {string} project the vitest project that cannot run without it
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
    debian: 'chromium',
    duration: 'about a minute and a half',
    project: 'browser',
  },
];

/** Where a part's program is. @param {Part} part */
function locate({ variable, programs }) {
  return findProgram([process.env[variable], ...programs].filter((name) => name !== undefined));
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

/** Installs what is missing where that can be done, and answers with what is missing still. */
export async function ensureParts() {
  if (canInstallDebian()) {
    for (const { debian, duration } of locateParts().missing) await installDebian([debian], duration);
  }
  return locateParts().missing;
}
