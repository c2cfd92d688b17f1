/** `input`: what was asked for cannot be used; `none`: there is no such mission; `silent`: another process does not answer; `unanswered`: an agent still waits for its answer. `message` is the one sentence a person reads. */
export class HostError extends Error {
  override readonly name = 'HostError';
  constructor(
    readonly kind: 'input' | 'none' | 'silent' | 'unanswered',
    sentence: string,
  ) {
    super(sentence);
  }
}
