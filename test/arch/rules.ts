import ts from 'typescript';

/** The table of layers: layers.json says which other layers and which packages each may import. */
export interface LayerTable {
  /** Packages that only the layers that name them may import, although they allow `*`. */
  readonly owned: readonly string[];
  /** `may`: layers or parts of one (`runtime/ports`); `packages`: names, `*` (any from npm), `node:*`. */
  readonly layers: Readonly<Record<string, { readonly may: readonly string[]; readonly packages: readonly string[] }>>;
}

/** A file's path from the project's root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** An import as the source writes it and, when it names a file of the project, that file's path. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly to?: string;
}

/** Every import of a TypeScript text: static, `export … from`, dynamic, type-only and `require`. */
export function specifiersOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The imports of `files`, each relative one resolved as the bundler does: the path itself, `.ts`, `.tsx`, `/index.ts`. */
export function importsOf(files: readonly SourceFile[]): Import[] {
  const known = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, text }) =>
    specifiersOf(text).map((specifier) => {
      if (!specifier.startsWith('.')) return { from: path, specifier };
      const target = joined(path, specifier);
      const found = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((name) => known.has(name));
      return { from: path, specifier, to: found ?? target };
    }),
  );
}

function joined(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The layer a file belongs to, with the path inside it: `src/runtime/ports.ts` → `runtime`, `runtime/ports`. */
export function layerOf(path: string): { readonly layer: string; readonly part: string } {
  const part = path.replace(/^src\//, '').replace(/\.tsx?$/, '');
  return { layer: part.split('/')[0] ?? '', part };
}

/** One sentence for each import that the table does not allow. */
export function layerFaults(imports: readonly Import[], table: LayerTable): string[] {
  return imports.flatMap(({ from, specifier, to }) => {
    const { layer } = layerOf(from);
    const row = table.layers[layer];
    if (!row) return [`${from} is in no layer of the table`];
    if (to === undefined) {
      return packageAllowed(specifier, row.packages, table.owned) ? [] : [`${from} may not import ${specifier}`];
    }
    if (/\.[cm]?[jt]sx?$/.test(specifier)) return [`${from} imports ${specifier} with a file extension`];
    if (to === 'package.json' && row.packages.includes('node:*')) return [];
    if (!/^(?:src|webview)\//.test(to)) return [`${from} imports ${to}, which does not ship`];
    const target = layerOf(to);
    const allowed = [layer, ...row.may].some((name) => target.part === name || target.part.startsWith(`${name}/`));
    return allowed ? [] : [`${from} may not import ${to}`];
  });
}

function packageAllowed(specifier: string, packages: readonly string[], owned: readonly string[]): boolean {
  const names = (name: string): boolean => specifier === name || specifier.startsWith(`${name}/`);
  if (packages.some(names)) return true;
  if (owned.some(names)) return false;
  return packages.includes(specifier.startsWith('node:') ? 'node:*' : '*');
}

/** Import cycles between files, type-only imports included; each as the files it runs through, the first one repeated. */
export function importCycles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== undefined) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) cycles.push([...trail.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}

/** Lines a file may have, all of them counted. */
export const maxLines = 400;

/** One sentence for each file over `maxLines`. */
export function longFiles(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > maxLines ? [`${path} has ${lines} lines, ${maxLines} are allowed`] : [];
  });
}

/** What no file may hold. The patterns are put together, so that this file does not hold them itself. */
export const banned = {
  silencers: new RegExp(['eslint' + '-disable', '@ts' + '-ignore', '@ts' + '-nocheck'].join('|')),
  partialRuns: /\.(?:only|skip)\(|\bx(?:it|describe|specify)\(/,
  machinePaths: new RegExp(['(?<![\\w.}-])/work' + '/', '/tmp/bash' + '_jobs'].join('|')),
} as const;

/** `path:line` of each line on which `pattern` is found. */
export function linesWith(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

/** What this project reads of package-lock.json. */
export interface LockFile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Optional packages that a lock file wants but does not hold. A registry that lacks a platform's package makes `npm install`
 * drop it in silence, and then `npm ci` refuses the lock file on every machine.
 */
export function missingFromLock({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${from}/node_modules/${name}` in packages))
      .map((name) => `${from || 'package.json'} wants ${name}`),
  );
}
