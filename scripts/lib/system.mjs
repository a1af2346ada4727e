// What the machine has, and what can be added to it: programs on the path, and Debian's packages where we may install them.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { excerpt, run, say } from './run.mjs';

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the first of these programs that is here. @param {string[]} names names or absolute paths */
export function findProgram(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const files = names.flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))));
  return files.find(isProgram);
}

/** Whether we may install Debian packages: as root, on Debian, Ubuntu and their kin. */
export function canInstallDebian() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram(['apt-get']) !== undefined;
}

/**
 * Installs Debian packages, and answers whether it went well.
 * @param {string[]} names
 * @param {string} duration in words, for the person who waits
 */
export async function installDebian(names, duration) {
  say(`Installing ${names.join(', ')} with apt-get (${duration}) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A failed update may still leave lists that do: only the install decides.
  await run('apt-get', ['update', '-q'], { quiet: true, env });
  const { ok, output } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
    quiet: true,
    env,
  });
  if (!ok) say(`That did not work. What apt-get said:\n${excerpt(output)}`);
  return ok;
}
