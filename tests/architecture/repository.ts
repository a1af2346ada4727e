// The repository as these tests see it: its root, its packages and their source files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Package, SourceFile } from './imports.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}

export function readPackages(): Package[] {
  return ['packages', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .map((folder) => {
      const { name, dependencies = {} } = readJson<Manifest>(`${folder}/package.json`);
      return { folder, name, dependencies: Object.keys(dependencies) };
    });
}

export function readSources(packages: readonly Package[]): SourceFile[] {
  return packages.flatMap(({ folder }) =>
    readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/src/${name.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}
