/** `input`: what was asked for cannot be used; `none`: there is no such mission; `silent`: another process does not answer. `message` is the one sentence a person reads. */
export class HostError extends Error {
  override readonly name = 'HostError';
  constructor(
    readonly kind: 'input' | 'none' | 'silent',
    sentence: string,
  ) {
    super(sentence);
  }
}
