/** `damaged`, `newer`: left as it is, read only; `missing`; `io`: the disk refused; `fenced`: another process drives; `closed`. */
export type JournalErrorKind = 'damaged' | 'newer' | 'missing' | 'io' | 'fenced' | 'closed';

interface ErrorDetail {
  /** Line of the journal, from 1. */
  readonly line?: number;
  /** What the system said, such as ENOSPC. */
  readonly code?: string | undefined;
  /** Where a copy of a damaged file was put. */
  readonly copy?: string;
  readonly cause?: unknown;
}

/** What went wrong with a journal; `message` is one sentence for a person. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly sentence: string;
  readonly line: number | undefined;
  readonly code: string | undefined;
  readonly copy: string | undefined;

  constructor(
    readonly kind: JournalErrorKind,
    sentence: string,
    detail: ErrorDetail = {},
  ) {
    super(sentence, 'cause' in detail ? { cause: detail.cause } : {});
    this.sentence = sentence;
    this.line = detail.line;
    this.code = detail.code;
    this.copy = detail.copy;
  }
}

/** Why a file of the orchestrator was not read or written; `message` is one sentence for a person. */
export class FilesError extends Error {
  override readonly name = 'FilesError';

  constructor(
    /** `symlink`, `outside`, `path`, `mission`: refused; `io`: the disk refused, `code` says how. */
    readonly kind: 'symlink' | 'outside' | 'path' | 'mission' | 'io',
    readonly sentence: string,
    readonly code?: string,
    cause?: unknown,
  ) {
    super(sentence, cause === undefined ? {} : { cause });
  }
}

/** Why the workspace could not be taken; for `held`, who has it, as far as its lock file tells. */
export class LockError extends Error {
  override readonly name = 'LockError';

  constructor(
    readonly kind: 'held' | 'io',
    readonly sentence: string,
    readonly pid?: number,
    readonly mission?: string,
    readonly code?: string,
  ) {
    super(sentence);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** The system’s code of an error (ENOENT, ENOSPC, …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** In words why the system refused, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? 'of an unexpected error' : (reasons[code] ?? `the system says ${code}`);
}

/**
 * A refusal of the system as a JournalError: `io`, or `missing` where nothing is at the given path. A JournalError stays as
 * it is, and so does what is no refusal.
 */
export function journalErrorAt(doing: string, error: unknown, path?: string): unknown {
  const code = codeOf(error);
  if (error instanceof JournalError || code === undefined) return error;
  const detail = { code, cause: error };
  if (path !== undefined && isAbsence(code))
    return new JournalError('missing', `There is no journal at ${path}.`, detail);
  return new JournalError('io', `${doing} failed: ${reasonOf(error)}.`, detail);
}

/** Runs something on the disk; a refusal of the system becomes a FilesError of kind `io` that names what was being done. */
export async function onDisk<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof FilesError || code === undefined) throw error;
    throw new FilesError('io', `${doing} failed: ${reasonOf(error)}.`, code, error);
  }
}

/** Runs something whose file may be absent: undefined then. */
export async function unlessAbsent<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isAbsence(codeOf(error))) return undefined;
    throw error;
  }
}

function isAbsence(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}
