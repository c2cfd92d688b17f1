/** `missing`: there is no git; `failed`: git refused, `sentence` says what it said; `large`: more files than are looked at. */
export type GitErrorKind = 'missing' | 'failed' | 'large';

/** Why git did not do what it was asked; `message` is one sentence for a person. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly kind: GitErrorKind,
    readonly sentence: string,
    cause?: unknown,
  ) {
    super(sentence, cause === undefined ? {} : { cause });
  }
}
