import { FilesError, JournalError, LockError } from '../persistence/errors';
import { HostError } from '../host/errors';
import { OpenCodeError, type OpenCodeErrorKind } from '../opencode/errors';
import { maskSecrets } from '../core/secrets';
import { plain } from '../core/todo/text';

/** `untrusted`, `folder`: nothing can start here; `runs`: a mission is there already; `settings`: one cannot be used; `input`: what was asked for makes no sense now. */
export type DeskErrorKind = 'untrusted' | 'folder' | 'runs' | 'settings' | 'input';

/** Why something a person asked for is not done; `message` is the one sentence that they read. */
export class DeskError extends Error {
  override readonly name = 'DeskError';
  constructor(
    readonly kind: DeskErrorKind,
    sentence: string,
    /** The setting that is meant, without its prefix. */
    readonly setting?: string,
  ) {
    super(sentence);
  }
}

/** What can be offered with an error. */
export type ErrorKind =
  | DeskErrorKind
  | OpenCodeErrorKind
  /** Another window or process drives the mission. */
  | 'held'
  /** Whoever drives it does not answer. */
  | 'silent'
  /** The answer to an ask did not reach the agent. */
  | 'unanswered'
  /** Expected, and nothing but the sentence helps. */
  | 'known'
  | 'defect';

/** An error as a person meets it. */
export interface Told {
  readonly kind: ErrorKind;
  /** One line. */
  readonly sentence: string;
}

const sentenceChars = 600;

/** Reads an error by its class and kind, never by its text. */
export function told(error: unknown): Told {
  return { kind: kindOf(error), sentence: plain(maskSecrets(said(error)), sentenceChars) };
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof DeskError || error instanceof OpenCodeError) return error.kind;
  if (error instanceof LockError) return error.kind === 'held' ? 'held' : 'known';
  if (error instanceof HostError) {
    return error.kind === 'silent' || error.kind === 'unanswered' ? error.kind : 'known';
  }
  if (error instanceof JournalError || error instanceof FilesError) return 'known';
  return 'defect';
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
