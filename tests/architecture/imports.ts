// The rules of who may import whom (SPEC, shape of the code), as a pure function over file texts, so that a test can
// plant violations.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { findCycles } from './cycles.js';

export interface SourceFile {
  /** From the root of the repository, with `/`: `packages/store/src/index.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Package {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
}

interface Place {
  /** Workspace packages that this one may import: the arrows all point one way. */
  readonly workspace: readonly string[];
  /** Runs in browsers too: no Node built-ins. */
  readonly browser?: true;
  /** The only third-party packages allowed, where that is decided by design. */
  readonly only?: readonly string[];
  /** Third-party packages that have no place here. */
  readonly never?: readonly string[];
}

const domLibraries = ['jquery', 'lit-html', 'bootstrap', 'happy-dom', 'axe-core', 'playwright-core'];

/** protocol ← store ← server, and protocol ← client ← web, simulator; the command line carries the simulator. A new package takes its place here first. */
export const places: Readonly<Record<string, Place>> = {
  '@stet/protocol': { workspace: [], browser: true, only: ['zod', 'node-diff3'] },
  '@stet/store': { workspace: ['@stet/protocol'] },
  '@stet/client': { workspace: ['@stet/protocol'], browser: true, never: domLibraries },
  '@stet/simulator': { workspace: ['@stet/protocol', '@stet/client'] },
  '@stet/server': { workspace: ['@stet/protocol', '@stet/store', '@stet/simulator'] },
  '@stet/web': { workspace: ['@stet/protocol', '@stet/client'], browser: true },
};

/** Everything a file imports, types and dynamic imports included, as written. */
export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/**
 * All violations, each as one line that names the file and what to do about it.
 * @param devDependencies what tests may import beside their package's own dependencies
 */
export function findViolations(
  files: readonly SourceFile[],
  packages: readonly Package[],
  devDependencies: readonly string[],
): string[] {
  const edges = new Map<string, string[]>();
  const violations = packages
    .filter(({ name }) => !places[name])
    .map(({ name }) => `${name} has no place in the order`);

  for (const { path, text } of files) {
    const owner = packages.find(({ folder }) => path.startsWith(`${folder}/`));
    const place = owner && places[owner.name];
    if (!owner || !place) continue;
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
        edges.set(path, [...(edges.get(path) ?? []), target]);
        if (!target.startsWith(`${owner.folder}/`)) violations.push(`${path} leaves its package: ${specifier}`);
      } else {
        const allowed = path.endsWith('.test.ts') ? [...owner.dependencies, ...devDependencies] : owner.dependencies;
        const refusal = refuse(specifier, place, allowed, path.endsWith('.test.ts'));
        if (refusal) violations.push(`${path} ${refusal}: ${specifier}`);
      }
    }
  }
  return [...violations, ...findCycles(edges).map((cycle) => `imports go in a circle: ${cycle.join(' → ')}`)];
}

/** Why a package may not be imported from this place, if it may not. */
function refuse(specifier: string, place: Place, dependencies: readonly string[], test: boolean): string | undefined {
  const name = packageOf(specifier);
  if (specifier.startsWith('node:') || builtinModules.includes(name)) {
    return place.browser && !test ? 'runs in browsers and imports a Node built-in' : undefined;
  }
  if (name.startsWith('@stet/')) {
    if (!place.workspace.includes(name)) return 'imports against the order';
    if (specifier !== name) return "reaches past another package's face";
  }
  if (!dependencies.includes(name)) return 'imports what its package.json does not name';
  if (test || name.startsWith('@stet/')) return undefined;
  if (place.only && !place.only.includes(name)) return 'imports more than its place allows';
  if (place.never?.includes(name)) return 'is headless and imports a DOM library';
  return undefined;
}

/** `lit-html/directives/repeat.js` is of `lit-html`, `@scope/name/part` of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
