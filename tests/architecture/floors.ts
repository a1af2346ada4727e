// The lowest versions that may stand in package-lock.json, and the check of a lock file against them.

export interface Floor {
  readonly name: string;
  /** The fixed versions, one for each line that got the fix; what is older than the newest of them needs its own. */
  readonly fixed: readonly string[];
  readonly advisory: string;
}

export const floors: readonly Floor[] = [
  { name: 'sockjs', fixed: ['0.3.20'], advisory: 'CVE-2020-7693: a crash by an Upgrade header' },
  { name: 'sockjs-client', fixed: ['1.6.1'], advisory: 'CVE-2020-8823, and those of url-parse and eventsource' },
  { name: 'url-parse', fixed: ['1.5.9'], advisory: 'CVE-2021-27515, -2021-3664, CVE-2022-0512, -0639, -0686, -0691' },
  { name: 'eventsource', fixed: ['1.1.1', '2.0.2'], advisory: 'CVE-2022-1650: credentials sent to another origin' },
  { name: 'websocket-driver', fixed: ['0.7.5'], advisory: 'CVE-2026-54466: corrupted messages; size limit bypassed' },
  { name: 'websocket-extensions', fixed: ['0.1.4'], advisory: 'CVE-2020-7662: ReDoS' },
  { name: 'uuid', fixed: ['11.1.1', '14.0.0'], advisory: 'CVE-2026-41907: v3, v5 and v6 with a buffer' },
  { name: 'express', fixed: ['4.20.0', '5.0.0'], advisory: 'CVE-2024-29041, CVE-2024-43796, CVE-2022-24999' },
  { name: 'body-parser', fixed: ['2.3.0'], advisory: 'CVE-2025-13466, CVE-2026-12590: a bad limit is no limit' },
  {
    name: 'path-to-regexp',
    fixed: ['0.1.13', '8.4.0'],
    advisory: 'CVE-2026-4867, CVE-2026-4923, CVE-2026-4926: ReDoS',
  },
  {
    name: 'qs',
    fixed: ['6.16.0'],
    advisory: 'CVE-2025-15284, CVE-2026-2391, GHSA-4mjr-xmp4-gh2g, GHSA-x5fp-wj9c-mxmx',
  },
  { name: 'ioredis', fixed: ['6.0.0'], advisory: '#1267 and #2151: prototype pollution by answers' },
  { name: 'kysely', fixed: ['0.28.17'], advisory: 'CVE-2026-32763, CVE-2026-33442, CVE-2026-33468, CVE-2026-44635' },
  { name: 'underscore', fixed: ['1.13.8'], advisory: 'CVE-2021-23358, CVE-2026-27601: unbounded recursion in isEqual' },
  { name: 'backbone', fixed: ['0.5.0'], advisory: 'CVE-2016-10537: XSS' },
  { name: 'jquery', fixed: ['3.5.0'], advisory: 'CVE-2015-9251, CVE-2019-11358, CVE-2020-11022, CVE-2020-11023' },
  { name: 'vitest', fixed: ['4.1.10'], advisory: 'CVE-2025-24964, CVE-2026-47428, CVE-2026-47429, CVE-2026-53633' },
  { name: 'vite', fixed: ['6.4.2', '7.3.2', '8.0.5'], advisory: 'CVE-2026-39363: files read over the dev WebSocket' },
  { name: 'fast-xml-parser', fixed: ['5.5.7'], advisory: 'CVE-2026-26278, CVE-2026-33036, CVE-2026-33349' },
  { name: 'fast-json-patch', fixed: ['3.1.1'], advisory: 'CVE-2021-4279: prototype pollution' },
  { name: 'zod', fixed: ['3.22.3'], advisory: 'CVE-2023-4316: ReDoS in e-mail addresses' },
  { name: 'better-sqlite3', fixed: ['12.8.0'], advisory: 'SQLite before 3.51.3: corruption when a WAL is reset' },
];

export interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

/** Every package of the lock file, nested copies too, that is older than its floor: one line each. */
export function findBelow(lock: Lock, table: readonly Floor[] = floors): string[] {
  return Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const floor = path.includes('node_modules/') ? table.find((row) => row.name === name) : undefined;
    if (!floor || version === undefined || isFixed(version, floor.fixed)) return [];
    return [`${path} ${version} is below ${floor.fixed.join(' or ')}: ${floor.advisory}`];
  });
}

/** Packages whose address the lock file holds: it has to install from any registry. */
export function findAddresses(lock: Lock): string[] {
  return Object.entries(lock.packages).flatMap(([path, { resolved }]) =>
    /^(git\+)?(https?|ssh):/.test(resolved ?? '') ? [path] : [],
  );
}

/** The newest fixed version or later, or at least the fix of its own line (major, and minor before 1.0). */
export function isFixed(version: string, fixed: readonly string[]): boolean {
  return fixed.some((floor, index) => {
    const newest = index === fixed.length - 1;
    return compareVersions(version, floor) >= 0 && (newest || lineOf(version) === lineOf(floor));
  });
}

function lineOf(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}

/** Below 0, 0 or above 0, as semver orders them; a prerelease comes before its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const at = left.numbers.findIndex((number, index) => number !== right.numbers[index]);
  if (at >= 0) return (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
  return Number(right.prerelease) - Number(left.prerelease);
}

function parse(version: string): { numbers: number[]; prerelease: boolean } {
  const [core = ''] = version.split(/[-+]/);
  return { numbers: core.split('.').map(Number), prerelease: /^[^+]*-/.test(version) };
}
