import { fileKey } from './graph';

/** What became of a file between two trees. */
export interface FileChange {
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  /** Where a renamed file was before. */
  readonly from?: string | undefined;
  readonly kind: 'added' | 'deleted' | 'modified' | 'renamed' | 'mode';
  /** Lines; undefined for a binary file. */
  readonly added?: number | undefined;
  readonly removed?: number | undefined;
}

/** Where a change is seen: of a file that was moved both names. */
export function pathsOf({ path, from }: Pick<FileChange, 'path' | 'from'>): string[] {
  return from === undefined ? [path] : [path, from];
}

/** What a TODO’s workers changed, from the tree before the first of them to the tree after the last; git’s ids. */
export interface TodoChanges {
  readonly from: string;
  readonly to: string;
  readonly files: readonly FileChange[];
}

export interface ChangeCounts {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

export function countChanges(files: readonly FileChange[]): ChangeCounts {
  const sum = (of: (file: FileChange) => number | undefined): number =>
    files.reduce((all, file) => all + (of(file) ?? 0), 0);
  return { files: files.length, added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}

/** `+12 −4`. */
export function lineWords(files: readonly FileChange[]): string {
  const { added, removed } = countChanges(files);
  return `+${String(added)} −${String(removed)}`;
}

/** Who was at work while files changed, and what was theirs to change. */
export interface AtWork {
  readonly todo: string;
  /** What the TODO names and what its worker reported; none: it worked alone, and everything was its own. */
  readonly files: readonly string[];
}

/** The changes that are a TODO’s own: its files, those that were moved from or to one of them, or everything when it worked alone. */
export function ownChanges(changes: readonly FileChange[], { files }: AtWork): FileChange[] {
  if (files.length === 0) return [...changes];
  const own = new Set(files.map(fileKey));
  return changes.filter((change) => pathsOf(change).some((path) => own.has(fileKey(path))));
}

/** The changes that were nobody’s to make. */
export function strayChanges(changes: readonly FileChange[], atWork: readonly AtWork[]): FileChange[] {
  const own = new Set(atWork.flatMap((work) => ownChanges(changes, work)));
  return changes.filter((change) => !own.has(change));
}
