// Sources to what runs: tsc makes each package's dist/, esbuild makes the page's two files. Does nothing, within
// milliseconds, where no source has changed since the last build. `--force` begins from nothing.
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint, readIfThere } from './lib/fingerprint.mjs';
import { isStarted, main, root, run, Stop, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

const stamp = '.build/build.json';
const web = 'apps/web';
const projects = ['packages/protocol', 'packages/store', 'packages/client', 'apps/simulator', 'apps/server', web];
const outputs = [...projects.slice(0, -1).map((project) => `${project}/dist/.tsbuildinfo`), `${web}/dist/index.html`];

export async function build({ force = false } = {}) {
  const { files, now, last, isCurrent } = look();
  if (!force && isCurrent) return;

  const known = new Set(files);
  for (const project of projects) {
    const gone = last.files.some((file) => file.startsWith(`${project}/`) && !known.has(file));
    if (force || gone) removeOutput(project);
  }
  // Until it has gone well nothing counts as built, but what an earlier build left behind is not forgotten.
  note({ fingerprint: '', files: [...new Set([...last.files, ...files])] });

  say(force || last.files.length === 0 ? 'Building (a few seconds) …' : 'Building what has changed …');
  const [types, page] = await Promise.all([
    run(process.execPath, [bin('typescript/bin/tsc'), '-b', ...projects]),
    bundle(),
  ]);
  if (!types.ok || !page) throw new Stop('The build stopped at the errors above.');
  note({ fingerprint: now, files });
}

/** @param {string} path inside node_modules */
export function bin(path) {
  return join(root, 'node_modules', path);
}

/** Whether what runs was built from the sources as they are. */
export function isBuilt() {
  return look().isCurrent;
}

function look() {
  const files = [...projects.flatMap(filesBelow).filter((file) => !file.endsWith('.test.ts')), ...shared()];
  const now = fingerprint(files);
  const last = lastBuild();
  const isCurrent = last.fingerprint === now && outputs.every((file) => existsSync(join(root, file)));
  return { files, now, last, isCurrent };
}

/** Files outside the packages that a build depends on. */
function shared() {
  return ['tsconfig.base.json', 'package-lock.json', 'scripts/build.mjs'];
}

/** @typedef {{ fingerprint: string, files: string[] }} Build what was built, and from which files */

/** @returns {Build} */
function lastBuild() {
  const text = readIfThere(stamp);
  return text === undefined ? { fingerprint: '', files: [] } : JSON.parse(text);
}

/** @param {Build} built */
function note(built) {
  mkdirSync(join(root, '.build'), { recursive: true });
  writeFileSync(join(root, stamp), JSON.stringify(built));
}

/** tsc leaves the output of a deleted source where it is; only starting afresh takes it away. @param {string} project */
function removeOutput(project) {
  rmSync(join(root, project, 'dist'), { recursive: true, force: true });
  if (project === web) rmSync(join(root, '.build/web'), { recursive: true, force: true });
}

/**
 * The page: one script, one style sheet, and index.html beside them. Names carry no hash: the server sends an ETag.
 * Answers whether it went well; esbuild has said why not.
 */
async function bundle() {
  const esbuild = await import('esbuild');
  const source = join(root, web);
  try {
    await esbuild.build({
      entryPoints: { main: join(source, 'src/main.ts'), style: join(source, 'src/style.css') },
      outdir: join(source, 'dist'),
      absWorkingDir: root,
      bundle: true,
      minify: true,
      sourcemap: true,
      format: 'esm',
      target: ['chrome109', 'firefox115', 'safari16'],
      conditions: ['source', 'module'],
      // sockjs-client and its parts are written for bundlers that know Node's name of the global object.
      define: { global: 'globalThis' },
      loader: { '.svg': 'dataurl', '.woff2': 'file' },
      logLevel: 'warning',
    });
  } catch {
    return false;
  }
  copyFileSync(join(source, 'index.html'), join(source, 'dist/index.html'));
  return true;
}

if (isStarted(import.meta.url)) {
  await main(async () => {
    await setup();
    await build({ force: process.argv.includes('--force') });
  });
}
