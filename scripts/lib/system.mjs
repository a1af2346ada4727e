// What the machine has, and what can be added to it: programs on the path, and Debian's packages where we may install them.
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
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
 * @param {string} [service] that they would start, now and with the machine: only the program is wanted
 */
export async function installDebian(names, duration, service) {
  say(`Installing ${names.join(', ')} with apt-get (${duration}) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A failed update may still leave lists that do: only the install decides.
  await run('apt-get', ['update', '-q'], { quiet: true, env });
  const allow = service === undefined ? () => {} : forbidServices();
  const { ok, output } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
    quiet: true,
    env,
  }).finally(allow);
  if (ok && service !== undefined && findProgram(['systemctl']) !== undefined) {
    await run('systemctl', ['disable', service], { quiet: true });
  }
  if (!ok) say(`That did not work. What apt-get said:\n${excerpt(output)}`);
  return ok;
}

/**
 * Debian asks this file before a package starts its service; 101 means no. One that is there already is the machine's
 * own word; ours means no for as long as we run, should we not come to take it away.
 * @returns {() => void} takes it away again
 */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  const script = `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nrm -f "$0"\nexit 0\n`;
  writeFileSync(policy, script, { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}
